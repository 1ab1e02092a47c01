import { rename, stat } from 'node:fs/promises';
import { checkpointCallback } from '../checkpoint/callback.js';
import { type CheckpointContents, hashFaces, type LineageEntry } from '../checkpoint/format.js';
import { checkResume } from '../checkpoint/resume.js';
import type { Checkpoint } from '../checkpoint/store.js';
import { withMetrics } from '../config/metrics.js';
import type { DependencyContainer } from '../container/di.js';
import {
  CHECKPOINTS,
  type Clock,
  CONFIG,
  IDENTITIES,
  LOSSES,
  MODEL,
  OPTIMIZER,
  POSITION,
  RUN_FOLDER,
  TRAINER,
} from '../container/tokens.js';
import type { Callback, Logger, TrainingEnd } from '../contracts/index.js';
import { collectConsent } from '../data/consent.js';
import { fsaeError } from '../errors/catalogue.js';
import { Evaluator } from '../evaluate/evaluator.js';
import { type LiveOptions, liveEvaluation } from '../evaluate/live.js';
import { withAverage } from '../training/average.js';
import { restoreState, saveState, trainingState } from '../training/state.js';
import { writeRunConfig } from './files.js';
import { type OpenedRun, openRun, type Resolved } from './open.js';

export interface TrainOptions {
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly clock?: Clock;
  /** Put an existing run of this name aside (renamed, not deleted) instead of going on with it. */
  readonly fresh?: boolean;
  /** Refuse to start a run that is not there yet. */
  readonly mustResume?: boolean;
  /** Hung on the loop before the checkpoint; made once the graph stands. */
  readonly callbacks?: (container: DependencyContainer) => readonly Callback[];
  readonly override?: (container: DependencyContainer) => void;
}

export interface TrainResult extends TrainingEnd {
  readonly runFolder: string;
  readonly backend: string;
  /** The step that the run went on from; 0 for a new one. */
  readonly resumedFrom: number;
}

/** Trains until the config's steps are done or the signal says stop; goes on where the run of this name ended. */
export async function train(resolved: Resolved, options: TrainOptions): Promise<TrainResult> {
  const { config } = resolved;
  const { every } = config.evaluate;
  const goodEnough = new AbortController();
  let saver: Callback | undefined;
  let lineage: LineageEntry[] = [];
  let consent: ReturnType<typeof collectConsent>;
  const callbacks = (container: DependencyContainer): readonly Callback[] => {
    const watching = options.callbacks?.(container) ?? [];
    const others = every === 0 ? watching : [...watching, liveEvaluation(liveOptions(container, goodEnough))];
    saver = checkpointCallback({
      store: container.resolve(CHECKPOINTS),
      every: config.checkpoint.every,
      others,
      snapshot: async () => ({
        step: container.resolve(POSITION).step,
        config,
        plugins: resolved.registry.plugins.map(({ plugin, version, from }) => ({ name: plugin.name, version, from })),
        datasets: datasetHashes(container),
        frames: datasetFrames(container),
        lineage,
        ...(consent && { consent }),
        ...(await saveState(stateOf(container))),
      }),
    });
    return [...others, saver];
  };
  const run = await openRun(every === 0 ? resolved : await withMetrics(resolved), {
    ...options,
    datasets: true,
    callbacks,
  });
  try {
    consent = consentOf(run, resolved.config, options);
    if (options.fresh === true) await putAside(run.runFolder, options.clock ?? Date);
    const { container } = run;
    await container.resolve(MODEL).prepare();
    for (const { loss } of container.resolve(LOSSES)) {
      await loss.prepare?.();
      await loss.adversary?.prepare?.();
    }
    const checkpoint = await container.resolve(CHECKPOINTS).latest();
    if (checkpoint === undefined && options.mustResume === true) {
      throw fsaeError('FSAE_EVALUATE_NO_CHECKPOINT', { run: run.runFolder });
    }
    if (checkpoint !== undefined) lineage = resume(run, checkpoint, resolved);
    await writeRunConfig(run.runFolder, config);
    const signal = AbortSignal.any([options.signal, goodEnough.signal]);
    const end = await container.resolve(TRAINER).run({ until: config.train.steps, signal });
    const reason = end.reason === 'stopped' && !options.signal.aborted ? 'done' : end.reason;
    return { ...end, reason, runFolder: run.runFolder, backend: run.backend.name, resumedFrom: checkpoint?.step ?? 0 };
  } finally {
    run.dispose();
  }
}

function liveOptions(container: DependencyContainer, goodEnough: AbortController): LiveOptions {
  const { every, faces, live, stopWhen } = container.resolve(CONFIG).evaluate;
  const [evaluator, model] = [container.resolve(Evaluator), container.resolve(MODEL)];
  return {
    measure: (asked) => withAverage(model, container.resolve(OPTIMIZER), () => evaluator.measure(asked)),
    folder: container.resolve(RUN_FOLDER),
    every,
    faces,
    metrics: live,
    stopWhen,
    stop: () => goodEnough.abort(),
  };
}

function stateOf(container: DependencyContainer) {
  return trainingState(container.resolve(MODEL), container.resolve(LOSSES), container.resolve(OPTIMIZER));
}

function consentOf(
  { identities }: OpenedRun,
  { requireConsent }: Resolved['config'],
  { logger, clock = Date }: TrainOptions,
) {
  return collectConsent(
    identities.map(({ name, dataset: { consent } }) => ({ name, consent })),
    { required: requireConsent, now: clock.now(), warn: (message) => logger.warn(message) },
  );
}

function datasetHashes(container: DependencyContainer): Record<string, string> {
  return Object.fromEntries(
    container.resolve(IDENTITIES).map(({ name, dataset }) => [name, hashFaces(dataset.faces())]),
  );
}

/** Not the names of those without one: nothing is known of how their faces lie. */
function datasetFrames(container: DependencyContainer): NonNullable<CheckpointContents['frames']> {
  return Object.fromEntries(
    container
      .resolve(IDENTITIES)
      .flatMap(({ name, dataset: { frame } }) => (frame === undefined ? [] : [[name, frame]])),
  );
}

function resume({ container }: OpenedRun, checkpoint: Checkpoint, { config }: Resolved): LineageEntry[] {
  const { changes } = checkResume(checkpoint.config, config);
  restoreState(stateOf(container), checkpoint);
  container.resolve(POSITION).step = checkpoint.step;
  return changes.length === 0 ? [...checkpoint.lineage] : [...checkpoint.lineage, { step: checkpoint.step, changes }];
}

async function putAside(runFolder: string, clock: Clock): Promise<void> {
  const exists = await stat(runFolder).then(
    () => true,
    () => false,
  );
  if (exists)
    await rename(runFolder, `${runFolder}.before-${new Date(clock.now()).toISOString().replaceAll(':', '-')}`);
}
