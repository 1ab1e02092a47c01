import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import Table from 'cli-table3';
import { fsaeError } from '../../errors/catalogue.js';
import { duration, shortNumber } from '../../reporting/numbers.js';
import { timeModels } from '../../sweep/budget.js';
import { loadSweep } from '../../sweep/load.js';
import { localExecutor } from '../../sweep/local.js';
import { type PlannedRun, planSweep, type SweepPlan } from '../../sweep/plan.js';
import { SweepProgress } from '../../sweep/progress.js';
import { isMeasured } from '../../sweep/results.js';
import { isDue, linesOf, refuseChanged, runSweep } from '../../sweep/sweep.js';
import { flag, text, whole } from '../options.js';
import { INTERRUPTED, type Session } from '../session.js';

type Options = Record<string, unknown>;

/** Of a failed run. */
const MESSAGE_LINES = 5;

export async function run([first, second]: readonly unknown[], options: Options, session: Session): Promise<number> {
  if (first === 'report') return (await import('./sweep-report.js')).run([second], options, session);
  const loaded = await loadSweep({ cwd: session.cwd, ...(first === undefined ? {} : { file: String(first) }) });
  const { sweep } = loaded;
  const workers = whole(options, 'workers') ?? 1;
  const plan = await planFrom(loaded, options, session, workers);
  for (const note of plan.notes) session.logger.warn(note);
  if (flag(options, 'dry')) return dry(plan, workers, flag(options, 'retry'), session);

  const { logger, signal } = session;
  const { executor = localExecutor } = sweep;
  const end = await runSweep(plan, {
    executor: () => executor({ workers, logger }),
    ...(sweep.evaluate === undefined ? {} : { evaluate: sweep.evaluate }),
    signal,
    retry: flag(options, 'retry'),
    watch: new SweepProgress(process.stdout),
  });
  session.print(`${end.measured} of ${plan.runs.length} runs measured: ${end.results}`);
  if (end.failed.length > 0) {
    const table = new Table({ head: ['failed run', 'why'], style: { head: [], border: [], compact: true } });
    table.push(...end.failed.map(({ run, error }) => [run, firstLines(`${error.code ?? ''} ${error.message}`.trim())]));
    session.print(`${table.toString()}\n\`fsae sweep --retry\` tries them again, each from its last checkpoint.`);
  }
  if (signal.aborted && end.left > 0) {
    session.print(`Stopped with ${end.left} runs left; \`fsae sweep\` goes on from here.`);
    return INTERRUPTED;
  }
  if (end.failed.length > 0) return 1;
  session.print('Next: `fsae sweep report` draws what was found.');
  return 0;
}

/** The whole message is in the results. */
function firstLines(message: string): string {
  const lines = message.split('\n');
  return lines.length <= MESSAGE_LINES ? message : [...lines.slice(0, MESSAGE_LINES), '...'].join('\n');
}

type Loaded = Awaited<ReturnType<typeof loadSweep>>;

async function planFrom({ sweep, file, root }: Loaded, options: Options, session: Session, workers: number) {
  const [only, output, order, backend] = ['only', 'output', 'order', 'backend'].map((name) => text(options, name));
  if (order !== undefined && order !== 'breadth' && order !== 'depth') {
    throw fsaeError('FSAE_CLI_OPTION', { option: '--order', expected: 'depth or breadth', received: order });
  }
  const given = backend ?? sweep.base.backend ?? 'auto';
  const chosen = typeof given === 'string' ? { use: given } : given;
  // Several processes that each take all cores would only wait for each other.
  const threads = workers > 1 ? { threads: 1 } : {};
  return planSweep(
    { ...sweep, base: { ...sweep.base, backend: { ...threads, ...chosen } } },
    {
      file,
      root,
      ...(output === undefined ? {} : { output: resolve(session.cwd, output) }),
      ...(only === undefined ? {} : { only }),
      breadth: order === 'breadth',
    },
  );
}

/** The runs, what is done of them, and what the others will take. */
async function dry(plan: SweepPlan, workers: number, retry: boolean, session: Session): Promise<number> {
  await refuseChanged(plan);
  const lines = await linesOf(plan);
  const todo: PlannedRun[] = [];
  let unmeasured = 0;
  for (const planned of plan.runs) {
    const { run, config } = planned;
    const step = await savedStep(join(plan.folder, run));
    const last = lines.get(run);
    const line = isDue(last, retry) ? undefined : last;
    const trained = step >= config.train.steps;
    const state =
      line === undefined
        ? trained
          ? 'to measure'
          : step > 0
            ? `at ${step}`
            : 'to do'
        : isMeasured(line)
          ? 'done'
          : 'failed';
    session.print(`${state.padEnd(10)}  ${run}`);
    if (line === undefined) unmeasured++;
    if (line === undefined && !trained) todo.push(planned);
  }
  session.print(`${plan.runs.length} runs in ${plan.folder}: ${todo.length} to train, ${unmeasured} to measure.`);
  if (todo.length === 0) return 0;

  const { logger, signal } = session;
  const costs = await timeModels(todo, plan.root, { logger: { ...logger, info() {} }, signal });
  const table = new Table({
    head: ['like', 'runs', 'steps', 's/step', 'in all'],
    colAligns: ['left', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  const secondsOf = (cost: (typeof costs)[number]) => cost.runs * cost.steps * cost.secondsPerStep;
  for (const cost of costs) {
    const { run, runs, steps, secondsPerStep } = cost;
    table.push([run, String(runs), String(steps), shortNumber(secondsPerStep), duration(secondsOf(cost))]);
  }
  const seconds = costs.reduce((sum, cost) => sum + secondsOf(cost), 0);
  session.print(table.toString());
  const share =
    workers > 1 ? `; shared by ${workers} workers, where each has a core, ${duration(seconds / workers)}` : '';
  session.print(
    `About ${duration(seconds)} of training, timed now over a few steps of each model${share}. Evaluation is on top.`,
  );
  return signal.aborted ? INTERRUPTED : 0;
}

/** The step of a run's newest checkpoint, by its name alone. */
async function savedStep(runFolder: string): Promise<number> {
  const latest = await readFile(join(runFolder, 'checkpoints', 'latest'), 'utf8').catch(() => '');
  return Number(/step-(\d+)/.exec(latest)?.[1] ?? 0);
}
