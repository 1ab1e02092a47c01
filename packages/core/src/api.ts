import type { Config } from './config/define.js';
import type { Logger } from './contracts/index.js';
import type { OpenBackendOptions } from './run/backend.js';
import type { EvaluatedRun } from './run/evaluate.js';
import type { LoadOptions } from './run/load.js';
import type { FaceSwap, OpenSwapOptions, SwapOptions } from './run/swap.js';
import type { TrainOptions, TrainResult } from './run/train.js';
import type { SweepConfig } from './sweep/define.js';
import type { MeasuredRun, SweepJob } from './sweep/executor.js';
import type { PlanOptions } from './sweep/plan.js';
import type { SweepEnd, SweepOptions } from './sweep/sweep.js';

// Each loads its module when it is called: whoever imports @fsae/core for the contracts alone pays for nothing else.

/** A config given as an object; relative paths in it start from `root`. */
export interface GivenConfig {
  readonly config: Config;
  readonly root: string;
}

/** A config found as the command line finds it: by search from `cwd`, or the file that is named. */
export interface FoundConfig {
  readonly cwd: string;
  readonly file?: string;
}

/** Who listens and who may stop the work; silence and nobody when left out. */
export interface Attendance {
  readonly logger?: Logger;
  readonly signal?: AbortSignal;
}

const SILENCE: Logger = { info() {}, warn() {} };

function attended<T extends Attendance>(options: T) {
  const { logger = SILENCE, signal = new AbortController().signal } = options;
  return { ...options, logger, signal };
}

/**
 * Trains, or goes on with, the run that a config names.
 * @throws FsaeError with a code of the config, plugin, data, model, training, checkpoint or backend stage
 */
export async function train(
  source: GivenConfig | FoundConfig,
  options: Attendance & Omit<TrainOptions, keyof Attendance> = {},
): Promise<TrainResult> {
  const [{ resolveConfig }, run] = await Promise.all([import('./config/resolve.js'), import('./run/train.js')]);
  if ('config' in source) {
    const resolved = await resolveConfig(source.config, { file: null, root: source.root });
    return run.train(resolved, attended(options));
  }
  const { loadConfig } = await import('./config/load.js');
  const loaded = await loadConfig(source);
  return run.train(await resolveConfig(loaded.config, loaded), attended(options));
}

/** Measures a trained run on its held-out faces. */
export async function evaluate(
  options: Attendance & Omit<LoadOptions, keyof Attendance | 'datasets'>,
): Promise<EvaluatedRun> {
  const { evaluateRun } = await import('./run/evaluate.js');
  return evaluateRun(attended(options));
}

/** Swaps aligned faces with a trained run; returns the files written. */
export async function swap(options: Attendance & Omit<SwapOptions, keyof Attendance>): Promise<string[]> {
  const { swapPictures } = await import('./run/swap.js');
  return swapPictures(attended(options));
}

/** Opens a trained run for swapping, for those who align and paste themselves (`@fsae/media`). */
export async function openSwap(options: Attendance & Omit<OpenSwapOptions, keyof Attendance>): Promise<FaceSwap> {
  const run = await import('./run/swap.js');
  return run.openSwap(attended(options));
}

/** Activates a TensorFlow.js backend where no run does: the fastest of those installed when none is named. */
export async function openBackend(options: Attendance & Omit<OpenBackendOptions, 'logger'>) {
  const { openBackend: open } = await import('./run/backend.js');
  return open(attended(options));
}

/** A sweep given as an object, and the folder that its relative paths start from. */
export interface GivenSweep {
  readonly sweep: SweepConfig;
  readonly root: string;
}

/**
 * Trains and measures every run of a sweep that is not done yet. Without an executor of the sweep's own, `workers`
 * processes on this machine.
 * @throws FsaeError with a code of the sweep or config stage; a run that fails is in the result instead
 */
export async function sweep(
  source: GivenSweep | FoundConfig,
  options: Attendance &
    Pick<SweepOptions, 'retry' | 'watch'> &
    Pick<PlanOptions, 'only'> & { readonly workers?: number } = {},
): Promise<SweepEnd> {
  const [{ planSweep }, { runSweep }, { localExecutor }] = await Promise.all([
    import('./sweep/plan.js'),
    import('./sweep/sweep.js'),
    import('./sweep/local.js'),
  ]);
  const loaded =
    'sweep' in source ? { ...source, file: null } : await (await import('./sweep/load.js')).loadSweep(source);
  const { logger, signal, workers = 1, only, ...rest } = attended(options);
  const { evaluate, executor = localExecutor } = loaded.sweep;
  const plan = await planSweep(loaded.sweep, { ...loaded, ...(only === undefined ? {} : { only }) });
  return runSweep(plan, {
    ...rest,
    signal,
    executor: () => executor({ workers, logger }),
    ...(evaluate === undefined ? {} : { evaluate }),
  });
}

/**
 * Trains and measures one run of a sweep in this process, from its newest checkpoint on: what an executor's workers call.
 * Safe to call again after a crash at any point.
 * @returns the step it got to, when the signal stopped the training
 */
export async function runSweepJob(
  job: SweepJob,
  options: Attendance & { readonly onStep?: (step: number) => void } = {},
): Promise<MeasuredRun | { readonly step: number }> {
  const { runSweepJob: run } = await import('./sweep/job.js');
  return run(job, attended(options));
}
