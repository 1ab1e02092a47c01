import type { SweepJob, SweepReport } from './executor.js';

/** What a worker process is told. */
export type ToWorker =
  | { readonly kind: 'job'; readonly job: SweepJob }
  /** Finish the step, save, report `stopped`. */
  | { readonly kind: 'stop' };

/** What it answers; `lost` is said by who finds it gone. */
export type FromWorker = Exclude<SweepReport, { readonly kind: 'lost' }>;
