import type { StandardSchemaV1 } from '@standard-schema/spec';
import * as tf from '@tensorflow/tfjs';
import type { Definition, Loss, LossContext, LossTerms, Shape, Weights } from '../contracts/index.js';
import { freePart } from '../model/free.js';
import { check } from './check.js';
import { fakeContext } from './context.js';
import { validOptions } from './options.js';
import { assign, valuesOf } from './state.js';
import { type Agreement, type FakeStep, type FakeStepOptions, fakeStep, type Reached } from './step.js';

export interface LossConformance {
  /** Options that the cases run with. Defaults to {}. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** The schema has options without a default: `{}` must be refused. Defaults to false. */
  readonly required?: boolean;
  /** What the run's context has beside core's fake one, for example real datasets. */
  readonly context?: Partial<LossContext>;
  /** Side of the pictures in pixels. Defaults to 16. */
  readonly size?: number;
  /** Defaults to [3, 3, 4]. */
  readonly latentShape?: Shape;
  /** What the loss's gradient reaches. Defaults to 'reconstruction'. */
  readonly reaches?: Reached;
  /** The gradient reaches some identities only, by definition. Defaults to false: every identity. */
  readonly oneSided?: boolean;
  /** A state of the step at which the value is 0 by definition. */
  readonly zeroWhen?: Agreement;
  /** Options with which the loss looks only at what the target's mask covers. */
  readonly masked?: Readonly<Record<string, unknown>>;
  /** The loss trains a network of its own. Defaults to false. */
  readonly adversary?: boolean;
  /** Of the gradient against finite differences, relative to its norm. Defaults to 0.02. */
  readonly tolerance?: number;
  /** Evaluations before gradients are compared, for state that settles (a spectral norm's power iteration). Defaults to 0. */
  readonly settle?: number;
  /** Training steps over which tensors are counted. Defaults to 50. */
  readonly steps?: number;
}

/** What the cases share: how to make the loss and a step for it. */
export interface LossSetting extends LossConformance {
  readonly name: string;
  create(details?: {
    identities?: readonly string[];
    seed?: number;
    options?: Readonly<Record<string, unknown>>;
  }): Promise<Loss>;
  step(loss: Loss, details?: FakeStepOptions): FakeStep;
}

export function settingOf<S extends StandardSchemaV1>(
  name: string,
  definition: Definition<Loss, LossContext, S>,
  conformance: LossConformance,
): LossSetting {
  const { size = 16, latentShape = [3, 3, 4] } = conformance;
  return {
    ...conformance,
    name,
    async create({ identities = ['src', 'dst'], seed = 1, options = conformance.options ?? {} } = {}) {
      const context = { ...fakeContext({ identities, size, latentShape, seed }), ...conformance.context };
      const loss = definition.create(await validOptions(definition.options, options), context);
      await loss.prepare?.();
      await loss.adversary?.prepare?.();
      return loss;
    },
    step: (loss, details) => fakeStep({ size, latentShape, needs: loss.needs ?? [], ...details }),
  };
}

/** Runs `use` on a fresh loss and frees it, as the run does, whatever happens. */
export async function withLoss<T>(
  setting: LossSetting,
  use: (loss: Loss) => Promise<T>,
  details: Parameters<LossSetting['create']>[0] = {},
): Promise<T> {
  const loss = await setting.create(details);
  try {
    return await use(loss);
  } finally {
    if (loss.adversary !== undefined) freePart(loss.adversary);
    freePart(loss);
  }
}

/** The loss's own state and its adversary's. */
export function stateOf(loss: Loss): Weights {
  const adversary = Object.entries(loss.adversary?.weights ?? {});
  return { ...loss.weights, ...Object.fromEntries(adversary.map(([path, weight]) => [`adversary/${path}`, weight])) };
}

/** The value at a step, with the loss's state as it was before: `compute` is a function of state and step. */
export async function valueAt(loss: Loss, step: FakeStep): Promise<number> {
  const state = stateOf(loss);
  const before = await valuesOf(state);
  const value = await read(loss, step);
  assign(state, before);
  return value;
}

export async function read(loss: Loss, step: FakeStep): Promise<number> {
  const value = tf.tidy(() => scalarOf(loss.compute(step)));
  const number = (await value.data())[0] as number;
  value.dispose();
  return number;
}

export function scalarOf(terms: LossTerms): tf.Scalar {
  for (const [name, scalar] of Object.entries({ value: terms.value, ...terms.logged })) {
    check(
      scalar.rank === 0 && scalar.dtype === 'float32',
      `a float32 scalar as ${name}`,
      `${scalar.dtype} [${scalar.shape}]`,
    );
  }
  return terms.value;
}

/** The leaves of a step that a gradient is said to reach. */
export function leavesOf(step: FakeStep, reaches: Reached): Weights {
  return Object.fromEntries(Object.entries(step.leaves).filter(([path]) => path.startsWith(`${reaches}/`)));
}
