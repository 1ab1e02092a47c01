import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject, ResolvedConfig } from '../config/define.js';
import { fsaeError } from '../errors/catalogue.js';
import { changedPaths } from './changed.js';
import type { JobError, MeasuredRun, SweepExecutor, SweepJob } from './executor.js';
import { lockFolder } from './lock.js';
import type { PlannedRun, SweepPlan } from './plan.js';
import { appendResult, isMeasured, RESULTS, type ResultLine, readResults, repairResults } from './results.js';

export interface SweepOptions {
  readonly executor: () => SweepExecutor | Promise<SweepExecutor>;
  readonly evaluate?: JsonObject;
  readonly signal: AbortSignal;
  /** Tries failed runs again. */
  readonly retry?: boolean;
  readonly watch?: SweepWatcher;
}

/** Who wants to see how a sweep goes. */
export interface SweepWatcher {
  onStart?(todo: readonly PlannedRun[], finished: number): void;
  onStep?(run: PlannedRun, step: number): void;
  onLost?(run: PlannedRun, reason: string): void;
  onDone?(run: PlannedRun, result: MeasuredRun): void;
  onFailed?(run: PlannedRun, error: JobError): void;
  onEnd?(): void;
}

export interface SweepEnd {
  readonly results: string;
  /** Measured now or before. */
  readonly measured: number;
  readonly failed: readonly { readonly run: string; readonly error: JobError }[];
  /** Not done when the signal said stop. */
  readonly left: number;
}

/**
 * Trains and measures every run of the plan that is not in results.jsonl yet, and adds a line for each as it ends.
 * @throws FSAE_SWEEP_CHANGED, FSAE_SWEEP_RUNNING
 */
export async function runSweep(plan: SweepPlan, options: SweepOptions): Promise<SweepEnd> {
  await refuseChanged(plan);
  const unlock = await lockFolder(plan.folder);
  try {
    const results = join(plan.folder, RESULTS);
    await repairResults(results);
    const before = await linesOf(plan);
    const todo = plan.runs.filter(({ run }) => isDue(before.get(run), options.retry === true));
    options.watch?.onStart?.(todo, plan.runs.length - todo.length);
    await work(plan, todo, options, (line) => appendResult(results, line));
    options.watch?.onEnd?.();
    return endOf(plan, results, await linesOf(plan));
  } finally {
    await unlock();
  }
}

/** Is a run with this line in the results still to be done, or with `retry` to be done again? */
export function isDue(line: ResultLine | undefined, retry: boolean): boolean {
  return line === undefined || (retry && !isMeasured(line));
}

/** The newest lines of the plan's runs that belong to their configs as they are now. */
export async function linesOf({ folder, runs }: SweepPlan): Promise<ReadonlyMap<string, ResultLine>> {
  const hashes = new Map(runs.map(({ run, hash }) => [run, hash]));
  const lines = await readResults(join(folder, RESULTS));
  return new Map(lines.filter(({ run, config }) => hashes.get(run) === config).map((line) => [line.run, line]));
}

async function work(
  plan: SweepPlan,
  todo: readonly PlannedRun[],
  { executor: create, evaluate = {}, signal, watch }: SweepOptions,
  record: (line: ResultLine) => Promise<void>,
): Promise<void> {
  if (todo.length === 0 || signal.aborted) return;
  const jobs = new Map(todo.map((run) => [jobId(plan, run), run]));
  const executor = await create();
  const close = () => void executor.close();
  signal.addEventListener('abort', close, { once: true });
  try {
    for (const [id, { run, config }] of jobs) {
      await executor.submit({ id, run, root: plan.root, config, evaluate } satisfies SweepJob);
    }
    for await (const report of executor.results()) {
      const run = jobs.get(report.job);
      // A queue that others use too may tell of their jobs, or of a finished one again.
      if (run === undefined) continue;
      const label = { run: run.run, axes: run.axes, seed: run.seed, config: run.hash };
      if (report.kind === 'progress') watch?.onStep?.(run, report.step);
      else if (report.kind === 'lost') watch?.onLost?.(run, report.reason);
      else jobs.delete(report.job);
      if (report.kind === 'done') {
        await record({ ...label, ...report.result });
        watch?.onDone?.(run, report.result);
      } else if (report.kind === 'failed') {
        await record({ ...label, error: report.error });
        watch?.onFailed?.(run, report.error);
      }
      if (jobs.size === 0) close();
    }
  } finally {
    signal.removeEventListener('abort', close);
    await executor.close();
  }
}

/** Without colons: Redis queues keep those for themselves. */
function jobId({ name }: SweepPlan, { run, hash }: PlannedRun): string {
  return `${name}_${run}_${hash}`;
}

function endOf({ runs }: SweepPlan, results: string, lines: ReadonlyMap<string, ResultLine>): SweepEnd {
  const failed = [...lines.values()].flatMap((line) =>
    isMeasured(line) ? [] : [{ run: line.run, error: line.error }],
  );
  return { results, measured: lines.size - failed.length, failed, left: runs.length - lines.size };
}

/**
 * A folder that another config filled must not be taken for this one's run.
 * @throws FSAE_SWEEP_CHANGED
 */
export async function refuseChanged({ folder, runs }: SweepPlan): Promise<void> {
  const changed: { run: string; paths: string[] }[] = [];
  for (const { run, config } of runs) {
    const saved = await readConfig(join(folder, run, 'config.json'));
    const paths = saved === undefined ? [] : changedPaths(saved, config);
    if (paths.length > 0) changed.push({ run, paths });
  }
  if (changed.length > 0) throw fsaeError('FSAE_SWEEP_CHANGED', { folder, runs: changed });
}

/** None where the run was not begun, or was killed while it wrote the file: then it has no checkpoint either. */
async function readConfig(path: string): Promise<ResolvedConfig | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as ResolvedConfig;
  } catch {
    return undefined;
  }
}
