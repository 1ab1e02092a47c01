import type { StandardSchemaV1 } from '@standard-schema/spec';
import * as v from 'valibot';
import { toConfigIssues } from '../config/issues.js';
import { findUnsafe } from '../config/json.js';
import { safeName, section } from '../config/values.js';
import type { ConfigIssue } from '../errors/config.js';
import { describeValue } from '../errors/describe.js';
import { SEED } from './expand.js';

/** Becomes part of a folder's name, where '_' and '-' are taken. */
const NAME = /^[A-Za-z0-9.-]+$/;
const NAME_WORDS = 'a name of letters, digits, dots and dashes';
const name = v.pipe(v.string(NAME_WORDS), v.regex(NAME, NAME_WORDS));

const PATCH = 'an object with what the value changes in the config ({} for nothing)';
const named = v.pipe(
  v.record(name, v.looseObject({}, PATCH), 'an object: the changes of the config by the name of the value'),
  v.check((values) => Object.keys(values).length > 0, 'at least one value'),
);

const SEEDS = 'a list of different whole numbers';
const seeds = v.pipe(
  v.array(v.union([v.number(), v.string()], SEEDS), SEEDS),
  v.check((values) => values.length > 0 && new Set(values.map(String)).size === values.length, SEEDS),
  v.check((values) => values.every((value) => /^\d+$/.test(String(value))), SEEDS),
);
const axis = v.lazy((input): v.GenericSchema => (Array.isArray(input) ? seeds : named));

const sweepSchema = section({
  name: safeName,
  base: v.looseObject({}, 'an object: the config that all runs share'),
  blocks: v.pipe(
    v.array(
      section({
        axes: v.pipe(
          v.record(name, axis, 'an object: the values of each axis'),
          v.check((axes) => Object.keys(axes).length > 0, 'at least one axis'),
        ),
      }),
      'a list of { axes }',
    ),
    v.minLength(1, 'at least one block'),
  ),
  evaluate: v.optional(v.looseObject({}, 'an object with options of the evaluation')),
  executor: v.optional(v.function('a function that makes an executor')),
});

/** Every mistake in the shape of a sweep; the configs of its runs are resolveConfig's business. */
export function checkSweep(sweep: unknown): ConfigIssue[] {
  const { issues = [] } = v.safeParse(sweepSchema, sweep);
  const found = issues.flatMap((issue) => toConfigIssues(issue as StandardSchemaV1.Issue, sweep, sweepSchema));
  return found.length > 0 ? found : [...listedAxes(sweep), ...unsafeEvaluate(sweep)];
}

function listedAxes(sweep: unknown): ConfigIssue[] {
  const { blocks } = sweep as { readonly blocks: readonly { readonly axes: Readonly<Record<string, unknown>> }[] };
  return blocks.flatMap(({ axes }, i) =>
    Object.entries(axes)
      .filter(([axis, values]) => axis !== SEED && Array.isArray(values))
      .map(([axis, values]) => ({
        path: ['blocks', String(i), 'axes', axis],
        problem: 'expected an object with what each value changes in the config; only the axis "seed" may be a list',
        received: describeValue(values),
      })),
  );
}

/** The options travel to workers as JSON. */
function unsafeEvaluate(sweep: unknown): ConfigIssue[] {
  const unsafe = findUnsafe((sweep as { readonly evaluate?: unknown }).evaluate ?? null);
  if (unsafe === undefined) return [];
  const problem = 'expected a value that JSON can hold';
  return [{ path: ['evaluate', ...unsafe.path], problem, received: describeValue(unsafe.value) }];
}
