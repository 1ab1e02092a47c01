import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { DependencyContainer } from '../../src/container/di.js';
import { MODEL } from '../../src/container/tokens.js';
import type { Callback } from '../../src/contracts/index.js';
import { MetricsLog } from '../../src/reporting/metrics-log.js';
import { train } from '../../src/run/train.js';
import { arraysOf } from '../../src/training/state.js';
import { listener, registryOf, tinyConfig } from '../tiny.js';

const LAST = 404;
/** Weights are compared a few steps after each resume: an error in a moment shows only after an update. */
const COMPARED = [6, 43, LAST];

const config = tinyConfig(2, {
  model: {
    ...tinyConfig().model,
    bottleneck: { use: 'dense', options: { units: 6, variational: true, halve: false } },
  },
  losses: {
    l1: { use: 'l1', weight: 1, options: { mask: false } },
    kl: { use: 'kl', weight: { atMost: 20, of: 'rate', rate: 1e-5 }, options: {} },
    'latent-statistics': {
      use: 'latent-statistics',
      weight: { from: 0, to: 1, steps: 20 },
      options: { per: 'channel', momentum: 0.1 },
    },
  },
  train: { ...tinyConfig().train, steps: LAST, batchSize: 1, clip: 0.5, average: 0.99 },
});

/** Trains the run in `root` up to `stop`; notes the weights at the compared steps. */
async function trainUntil(root: string, stop: number, weights: Map<number, string>): Promise<number> {
  const controller = new AbortController();
  const callbacks = (container: DependencyContainer): Callback[] => [
    new MetricsLog({ folder: join(root, 'runs', 'tiny'), memory: () => ({ rss: 0, tensors: 0 }), every: 1 }),
    {
      name: 'observer',
      async onStep({ index }) {
        if (COMPARED.includes(index)) weights.set(index, await fingerprint(container));
        if (index === stop) controller.abort();
      },
    },
  ];
  const result = await train(
    { config, registry: registryOf(), root },
    { logger: listener(), signal: controller.signal, callbacks },
  );
  expect(result.step).toBe(stop);
  return result.resumedFrom;
}

/** Every bit of every weight. */
async function fingerprint(container: DependencyContainer): Promise<string> {
  const arrays = await arraysOf(container.resolve(MODEL).weights);
  return Object.entries(arrays)
    .map(([path, { data }]) => `${path} ${Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex')}`)
    .join('\n');
}

test('a run stopped at 3, 40 and 401 ends bit for bit like one that never stopped', { timeout: 300_000 }, async () => {
  const [straight, stopped] = await Promise.all(
    ['a', 'b'].map((name) => mkdtemp(join(tmpdir(), `fsae-resume-${name}-`))),
  );
  const expected = new Map<number, string>();
  await trainUntil(straight as string, LAST, expected);

  const received = new Map<number, string>();
  const resumedFrom: number[] = [];
  for (const stop of [3, 40, 401, LAST]) resumedFrom.push(await trainUntil(stopped as string, stop, received));
  expect(resumedFrom).toEqual([0, 3, 40, 401]);
  expect([...expected.keys()]).toEqual(COMPARED);
  for (const step of COMPARED) expect(received.get(step) === expected.get(step), `weights at step ${step}`).toBe(true);

  const log = (root: string) => readFile(join(root, 'runs/tiny/metrics.jsonl'), 'utf8');
  expect(await log(stopped as string)).toBe(await log(straight as string));
});
