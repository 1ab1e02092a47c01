import type { JsonObject, ResolvedConfig } from '../config/define.js';
import type { Logger, Shape } from '../contracts/index.js';
import type { EvaluationRow } from '../evaluate/rows.js';

/** One run to train and measure. JSON-safe: it may travel through a queue to another machine. */
export interface SweepJob {
  /** The same for the same run of the same config: a queue that knows it already need not take it twice. */
  readonly id: string;
  readonly run: string;
  /** Folder that the config's relative paths start from. */
  readonly root: string;
  readonly config: ResolvedConfig;
  readonly evaluate: JsonObject;
}

/** What is known of a run once it is trained and measured. */
export interface MeasuredRun {
  readonly step: number;
  /** Seconds of training. */
  readonly seconds: number;
  readonly backend: string;
  /** Version of fsae that measured. */
  readonly fsae: string;
  /** Shape of z. */
  readonly latent: Shape;
  readonly rows: readonly EvaluationRow[];
}

export interface JobError {
  readonly code: string | null;
  readonly message: string;
}

/** What an executor tells about its jobs. Every submitted job ends in `done`, `failed` or `stopped`. JSON-safe. */
export type SweepReport =
  | { readonly kind: 'progress'; readonly job: string; readonly step: number; readonly of: number }
  /** A worker died or was lost; the job is run again and goes on from its checkpoint. */
  | { readonly kind: 'lost'; readonly job: string; readonly reason: string }
  | { readonly kind: 'done'; readonly job: string; readonly result: MeasuredRun }
  | { readonly kind: 'failed'; readonly job: string; readonly error: JobError }
  /** Told to stop before the end; what was trained is saved. */
  | { readonly kind: 'stopped'; readonly job: string; readonly step: number };

/**
 * Takes jobs and reports on them, as a queue does: here a pool of processes, elsewhere workers on many machines. An
 * executor need not keep an order, may report late, and may run a job again when its worker is lost: `runSweepJob` goes
 * on from the newest checkpoint and is idempotent.
 */
export interface SweepExecutor {
  /** Takes a job; one whose id it has already is not taken twice. */
  submit(job: SweepJob): Promise<void>;
  /** Reports from all jobs as they come. Ends after `close`, when the last worker has reported. Iterated once. */
  results(): AsyncIterable<SweepReport>;
  /** Starts nothing more; lets every running job finish its step, save and report `stopped`. */
  close(): Promise<void>;
}

export interface ExecutorSetting {
  /** How many jobs may run at once, as asked for on the command line. */
  readonly workers: number;
  readonly logger: Logger;
}

export type SweepExecutorFactory = (setting: ExecutorSetting) => SweepExecutor | Promise<SweepExecutor>;
