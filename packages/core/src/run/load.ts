import { resolve } from 'node:path';
import { type Checkpoint, CheckpointStore } from '../checkpoint/store.js';
import type { ResolvedConfig } from '../config/define.js';
import { withMetrics } from '../config/metrics.js';
import { restoreConfig } from '../config/resolve.js';
import { MODEL } from '../container/tokens.js';
import type { PluginKind } from '../contracts/index.js';
import { fsaeError } from '../errors/catalogue.js';
import { assignArrays } from '../training/state.js';
import { folderOf } from './locate.js';
import { type OpenedRun, type OpenOptions, openRun } from './open.js';

export interface LoadedRun extends OpenedRun {
  readonly checkpoint: Checkpoint;
  readonly config: ResolvedConfig;
}

export interface LoadOptions extends OpenOptions {
  /** A run's folder, or one of its checkpoints. */
  readonly run: string;
  /** Folder that the saved config's relative paths start from. */
  readonly root: string;
  /** How to measure, in place of what the run was trained with: it is no part of the model. */
  readonly evaluate?: ResolvedConfig['evaluate'];
  /** In place of the backend that the run was trained on. */
  readonly backend?: string;
}

/**
 * Opens a trained model from its checkpoint alone. The averaged weights are used where there are some.
 * @throws FSAE_EVALUATE_NO_CHECKPOINT
 */
export async function loadRun(options: LoadOptions): Promise<LoadedRun> {
  const { run, root, logger, clock = Date } = options;
  const path = resolve(root, run);
  const checkpoint = await findCheckpoint(path, logger, clock);
  const saved =
    options.backend === undefined
      ? checkpoint.config
      : { ...checkpoint.config, backend: { use: options.backend, threads: null } };
  // A swap needs no dataset, and nobody here needs a loss: their plugins may be gone.
  const needs: PluginKind[] = ['encoders', 'bottlenecks', 'decoders', 'backends'];
  const measured = options.evaluate === undefined ? saved : { ...saved, evaluate: options.evaluate };
  const restored = await restoreConfig(measured, root, {
    needs: options.datasets ? [...needs, 'datasets', 'metrics'] : needs,
  });
  const resolved = options.datasets ? await withMetrics(restored) : restored;
  for (const note of resolved.notes) logger.warn(note);
  const opened = await openRun(resolved, options);
  try {
    const model = opened.container.resolve(MODEL);
    await model.prepare();
    assignArrays('the model', model.weights, { ...checkpoint.model, ...checkpoint.average });
  } catch (error) {
    opened.dispose();
    throw error;
  }
  // Not where its config would put it now: a run may have been moved.
  return { ...opened, runFolder: folderOf(path), checkpoint, config: saved };
}

async function findCheckpoint(path: string, logger: OpenOptions['logger'], clock: { now(): number }) {
  if (/step-\d+$/.test(path)) {
    return new CheckpointStore({ folder: resolve(path, '..'), keep: 1, logger, clock }).load(path);
  }
  const store = new CheckpointStore({ folder: resolve(path, 'checkpoints'), keep: 1, logger, clock });
  const checkpoint = await store.latest();
  if (checkpoint === undefined) throw fsaeError('FSAE_EVALUATE_NO_CHECKPOINT', { run: path });
  return checkpoint;
}
