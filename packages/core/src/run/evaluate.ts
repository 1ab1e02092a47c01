import { join } from 'node:path';
import type { Checkpoint } from '../checkpoint/store.js';
import type { ResolvedConfig } from '../config/define.js';
import { MODEL } from '../container/tokens.js';
import type { Shape } from '../contracts/index.js';
import { Evaluator } from '../evaluate/evaluator.js';
import type { Evaluation } from '../evaluate/rows.js';
import { readLog } from '../reporting/log-file.js';
import { type Sheet, SheetMaker } from '../swap/sheet.js';
import { type LoadOptions, loadRun } from './load.js';

export interface EvaluatedRun {
  readonly runFolder: string;
  readonly evaluation: Evaluation;
  readonly sheet: Sheet;
  /** Shape of the bottleneck's z. */
  readonly latent: Shape;
  /** As the run was trained. */
  readonly config: ResolvedConfig;
  readonly consent?: NonNullable<Checkpoint['consent']>;
}

/** Measures the run's newest checkpoint on its held-out faces, and draws its preview. */
export async function evaluateRun(options: Omit<LoadOptions, 'datasets'>): Promise<EvaluatedRun> {
  const run = await loadRun({ ...options, datasets: true });
  try {
    const rows = await run.container.resolve(Evaluator).measure();
    const sheet = await run.container.resolve(SheetMaker).make(run.config.preview.rows);
    const timings = await readLog(join(run.runFolder, 'timings.jsonl'));
    const seconds = timings.reduce((sum, line) => sum + (line['seconds'] ?? 0), 0);
    return {
      runFolder: run.runFolder,
      config: run.config,
      sheet,
      latent: run.container.resolve(MODEL).bottleneck.latentShape,
      ...(run.checkpoint.consent && { consent: run.checkpoint.consent }),
      evaluation: { step: run.checkpoint.step, seconds, backend: run.backend.name, rows },
    };
  } finally {
    run.dispose();
  }
}
