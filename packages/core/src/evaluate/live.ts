import { join } from 'node:path';
import { parseRequirements } from '../config/requirements.js';
import type { Callback } from '../contracts/index.js';
import { appendLine, cutLog } from '../reporting/log-file.js';
import { average } from './bootstrap.js';
import type { Evaluator } from './evaluator.js';
import type { EvaluationRow } from './rows.js';
import { unmet } from './unmet.js';

/** The run's log of what was measured in passing: `step`, and means over people and directions by name. */
export const HELD_OUT_LOG = 'held-out.jsonl';

/** Training faces of each identity that a probe learns from in passing. */
const LEARN_FROM = 200;

export interface LiveOptions {
  readonly measure: Evaluator['measure'];
  readonly folder: string;
  readonly every: number;
  readonly faces: number;
  readonly metrics: readonly string[];
  readonly stopWhen: string | null;
  /** Called when `stopWhen` holds. */
  readonly stop: () => void;
}

/** Measures the model on a few held-out faces every so many steps, logs it, and ends the training when it is good enough. */
export function liveEvaluation(options: LiveOptions): Callback {
  const { every, faces, metrics, stopWhen, stop } = options;
  const path = join(options.folder, HELD_OUT_LOG);
  const requirements = stopWhen === null ? [] : (parseRequirements(stopWhen) ?? []);
  const measure = () => options.measure({ faces, learnFrom: LEARN_FROM, only: metrics });
  const enough = (rows: readonly EvaluationRow[]) => requirements.length > 0 && unmet(rows, requirements).length === 0;
  return {
    name: 'held-out',
    async onStart(step) {
      await cutLog(path, step);
      // A run that ended because it was good enough is complete.
      if (step > 0 && step % every === 0 && requirements.length > 0 && enough(await measure())) stop();
    },
    async onStep({ index }) {
      if (index % every !== 0) return;
      const rows = await measure();
      await appendLine(path, { step: index, ...means(rows) });
      if (enough(rows)) stop();
    },
  };
}

/** One number a name: the mean over people and directions. */
function means(rows: readonly EvaluationRow[]): Record<string, number> {
  const values = new Map<string, number[]>();
  for (const { metric, region, value } of rows) {
    const name = region === 'whole' ? metric : `${metric}[${region}]`;
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  return Object.fromEntries([...values].map(([name, of]) => [name, average(of)]));
}
