import type { ResolvedConfig } from '../../src/config/define.js';
import type { EvaluationRow } from '../../src/evaluate/rows.js';
import { accountingOf } from '../../src/model/accounting.js';
import type { LogLine } from '../../src/reporting/log-file.js';
import type { ReportData, ReportedRun } from '../../src/reporting/report.js';
import { config } from '../checkpoint/contents.js';

/** A run as the demo leaves it, with figures of the size that the recipe gives. */
export function sampleRun(preview: Uint8Array, change: Partial<ReportedRun> = {}): ReportedRun {
  return {
    name: 'demo',
    preview,
    evaluation: { step: 6000, seconds: 171.4, backend: 'wasm', rows: sampleRows() },
    metrics: sampleMetrics(6000),
    timings: [
      { step: 3000, steps: 3000, seconds: 90, waitingSeconds: 0.9, rss: 412e6, tensors: 310 },
      { step: 6000, steps: 3000, seconds: 81.4, waitingSeconds: 0.4, rss: 430e6, tensors: 310 },
    ],
    heldOut: [],
    accounting: accountingOf([64, 64, 3], [3, 3, 256]),
    config: sampleConfig,
    ...change,
  };
}

export function sampleReport(...runs: ReportedRun[]): ReportData {
  return {
    title: 'fsae demo',
    verdict: { text: 'A swap: 4.3 and 4.9 dB above the mean face of the target, 4 asked for.', passed: true },
    created: new Date(Date.UTC(2026, 10, 24, 21, 7)),
    runs,
    versions: { '@fsae/core': '0.1.0', '@tensorflow/tfjs': '4.22.0', node: 'v20.20.2' },
  };
}

const sampleConfig: ResolvedConfig = {
  ...config,
  identities: {
    src: { use: 'avatars', options: { person: 1, count: 1000 } },
    dst: { use: 'avatars', options: { person: 2, count: 1000 } },
  },
};

export function sampleRows(): EvaluationRow[] {
  const row = (region: string, from: string, to: string, value: number, meanFace: number, noSwap: number) => ({
    metric: 'swap.truth.psnr',
    region,
    from,
    to,
    value,
    low: value - 0.21,
    high: value + 0.19,
    meanFace,
    noSwap,
    reconstruction: value + 3.1,
    unit: 'dB',
    better: 'higher' as const,
  });
  const own = (name: string, value: number) => ({
    ...row('whole', name, name, value, 0.79, 0),
    metric: 'reconstruction.ssim',
    unit: '',
    low: value - 0.004,
    high: value + 0.004,
    noSwap: null,
    reconstruction: null,
  });
  return [
    own('src', 0.9123),
    own('dst', 0.9011),
    row('whole', 'src', 'dst', 21.43, 17.11, 12.9),
    row('eyes', 'src', 'dst', 17.02, 14.71, 11.2),
    row('mouth', 'src', 'dst', 19.87, 15.62, 13.3),
    row('whole', 'dst', 'src', 22.31, 17.4, 12.8),
    row('eyes', 'dst', 'src', 17.9, 15.03, 11.4),
    row('mouth', 'dst', 'src', 20.95, 15.44, 13.1),
  ];
}

function sampleMetrics(steps: number): LogLine[] {
  const lines: LogLine[] = [];
  for (let step = 10; step <= steps; step += 10) {
    const noise = 1 + 0.12 * Math.sin(step * 12.9898) * Math.cos(step * 78.233);
    const l1 = (0.02 + 0.3 / (1 + step / 150)) * noise;
    const statistics = (0.004 + 0.4 / (1 + step / 60)) * noise;
    lines.push({
      step,
      loss: l1 + statistics,
      'loss/l1': l1,
      'loss/latent-statistics': statistics,
      gradientNorm: (0.2 + 2 / (1 + step / 300)) * noise,
      learningRate: 1e-3 * (0.02 + 0.98 * 0.5 * (1 + Math.cos((Math.PI * step) / steps))),
      'adversarial/accuracy': step === 2000 ? null : 0.5 + 0.4 * Math.exp(-step / 900) * noise,
    });
  }
  return lines;
}
