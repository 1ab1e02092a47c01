import { join } from 'node:path';
import { CheckpointStore } from '../checkpoint/store.js';
import { restoreConfig } from '../config/resolve.js';
import type { Callback, Logger } from '../contracts/index.js';
import { readLog } from '../reporting/log-file.js';
import { memoryInUse } from '../reporting/memory.js';
import { MetricsLog } from '../reporting/metrics-log.js';
import { renderPreview } from '../reporting/preview.js';
import { evaluateRun } from '../run/evaluate.js';
import { runIdOf, writeRunFile } from '../run/files.js';
import type { Resolved } from '../run/open.js';
import { train } from '../run/train.js';
import { version } from '../version.js';
import type { MeasuredRun, SweepJob } from './executor.js';

export interface JobOptions {
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Called after every step. */
  readonly onStep?: (step: number) => void;
}

/**
 * Trains and measures one run in this process, from its newest checkpoint on: safe to call again after a crash at any
 * point. What executors call in their workers.
 * @returns the step it got to, when the signal stopped the training before the end
 */
export async function runSweepJob(
  job: SweepJob,
  options: JobOptions,
): Promise<MeasuredRun | { readonly step: number }> {
  const { logger, signal } = options;
  const resolved = await restoreConfig(job.config, job.root);
  const { config } = resolved;
  if (!(await isTrained(resolved, logger))) {
    const { reason, step } = await train(resolved, {
      logger,
      signal,
      callbacks: () => [stepCallback(options), new MetricsLog({ folder: folderOf(resolved), memory: memoryInUse })],
    });
    if (reason !== 'done') return { step };
  }
  // Of a run that was moved here, the checkpoint names the folder that it came from.
  const folder = folderOf(resolved);
  const { evaluation, latent, sheet } = await evaluateRun({
    ...job.evaluate,
    evaluate: config.evaluate,
    run: folder,
    root: job.root,
    logger,
    signal,
  });
  const preview = await renderPreview(sheet, {
    runId: runIdOf(config),
    title: `${config.name}, step ${evaluation.step}`,
  });
  await writeRunFile(folder, 'preview.png', preview);
  const { step, backend, rows } = evaluation;
  const timings = await readLog(join(folder, 'timings.jsonl'));
  const seconds = timings.reduce((sum, line) => sum + (line['seconds'] ?? 0), 0);
  return { step, seconds, backend, fsae: version, latent, rows };
}

/** Whether there is nothing left to train: then the losses and what they need are not loaded. */
async function isTrained(resolved: Resolved, logger: Logger): Promise<boolean> {
  const folder = join(folderOf(resolved), 'checkpoints');
  const newest = await new CheckpointStore({ folder, keep: 1, logger, clock: Date }).latest();
  return newest?.step === resolved.config.train.steps;
}

function folderOf({ config, root }: Resolved): string {
  return join(root, config.output, config.name);
}

function stepCallback({ onStep }: JobOptions): Callback {
  return {
    name: 'sweep',
    onStep: ({ index }) => onStep?.(index),
  };
}
