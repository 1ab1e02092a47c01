import type { ResolvedConfig } from '../config/define.js';
import { restoreConfig } from '../config/resolve.js';
import { LOSSES, MODEL, TRAINER } from '../container/tokens.js';
import type { Logger, StepReport } from '../contracts/index.js';
import { openRun } from '../run/open.js';
import type { PlannedRun } from './plan.js';

export interface ModelCost {
  /** The run that was timed, for all that compute the same. */
  readonly run: string;
  readonly runs: number;
  readonly steps: number;
  readonly secondsPerStep: number;
}

/** The first steps compile and allocate. */
const WARM = 3;
const TIMED = 10;

/** Times a few steps of one run of every distinct model, one after the other in this process. Writes nothing. */
export async function timeModels(
  runs: readonly PlannedRun[],
  root: string,
  options: { readonly logger: Logger; readonly signal: AbortSignal; readonly onModel?: (run: string) => void },
): Promise<ModelCost[]> {
  const models = new Map<string, PlannedRun[]>();
  for (const run of runs) models.set(workOf(run.config), [...(models.get(workOf(run.config)) ?? []), run]);
  const costs: ModelCost[] = [];
  for (const [first, ...others] of models.values()) {
    if (first === undefined || options.signal.aborted) break;
    options.onModel?.(first.run);
    const secondsPerStep = await timeSteps(first.config, root, options);
    costs.push({ run: first.run, runs: 1 + others.length, steps: first.config.train.steps, secondsPerStep });
  }
  return costs;
}

/** What a step computes; two runs that agree in it cost the same. */
function workOf({ identities, size, model, losses, train, backend }: ResolvedConfig): string {
  const kinds = Object.entries(losses).map(([name, { use, options }]) => [name, use, options]);
  return JSON.stringify([Object.keys(identities).length, size, model, kinds, train.batchSize, train.steps, backend]);
}

async function timeSteps(
  config: ResolvedConfig,
  root: string,
  { logger, signal }: { readonly logger: Logger; readonly signal: AbortSignal },
): Promise<number> {
  const seconds: number[] = [];
  const timer = {
    name: 'timer',
    // Faces are loaded once in a run; a short one would be mostly that.
    onStep: async (report: StepReport) => {
      await report.read();
      seconds.push(report.seconds - report.waitingSeconds);
    },
  };
  const resolved = await restoreConfig(config, root);
  const run = await openRun(resolved, { logger, signal, datasets: true, callbacks: () => [timer] });
  try {
    await run.container.resolve(MODEL).prepare();
    for (const { loss } of run.container.resolve(LOSSES)) {
      await loss.prepare?.();
      await loss.adversary?.prepare?.();
    }
    await run.container.resolve(TRAINER).run({ until: WARM + TIMED, signal });
  } finally {
    run.dispose();
  }
  const timed = seconds.slice(WARM).sort((a, b) => a - b);
  return timed[Math.floor(timed.length / 2)] ?? Number.NaN;
}
