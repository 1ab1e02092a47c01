import * as tf from '@tensorflow/tfjs';
import type { Weight, Weights } from '../contracts/index.js';

/** How far a multiplier moves per step and unit of violation, and its bound, where a constraint does not say. */
export const CONSTRAINT_RATE = 0.01;
export const CONSTRAINT_MAX = 100;

/** How much one loss counts in the total; see `Weight`. */
export interface LossWeight {
  /** A constraint's multiplier under 'multiplier': not trained, saved. */
  readonly weights?: Weights;
  /** The logged scalar that a constraint bounds; undefined where that is the loss's value. */
  readonly of?: string;
  /** The loss's factor at step `index` (1 for the first): a number, or a constraint's multiplier (owned here: do not dispose it). */
  value(index: number): number | tf.Scalar;
  /** A constraint's: to be called once per step, outside the gradient scope, with the scalar that it bounds. */
  update?(constrained: tf.Scalar): void;
  /** A constraint's: fresh scalars for the log, '<name>/multiplier'. */
  log?(): Readonly<Record<string, tf.Scalar>>;
  dispose?(): void;
}

/** Makes the weight of the loss called `name`. */
export function createWeight(weight: Weight, name: string): LossWeight {
  if (typeof weight === 'number') return { value: () => weight };
  if ('steps' in weight) {
    // `from` at step 1, `to` from step `steps` + 1 on.
    const { from, to, steps } = weight;
    return { value: (index) => from + (to - from) * Math.min(1, (index - 1) / steps) };
  }
  return createConstraint(weight, name);
}

/**
 * Dual ascent on `of <= atMost`: multiplier <- clip(multiplier + rate * (of - atMost), 0, max), from 0 on, so that a
 * constraint which holds by itself costs nothing. Rezende & Viola 2018, "Taming VAEs", section 2, with a multiplier that
 * adds where theirs multiplies. The Lagrangian's term is multiplier * (value - atMost): its gradient in the model is that
 * of multiplier * value.
 */
function createConstraint(weight: Extract<Weight, { atMost: number }>, name: string): LossWeight {
  const { atMost, of, rate = CONSTRAINT_RATE, max = CONSTRAINT_MAX } = weight;
  const multiplier = tf.tidy(() => tf.variable(tf.scalar(0), false)) as tf.Variable<tf.Rank.R0>;
  return {
    weights: { multiplier },
    ...(of === undefined ? {} : { of }),
    value: () => multiplier,
    update: (constrained) =>
      tf.tidy(() => {
        const moved = tf.clipByValue(tf.add(multiplier, tf.mul(tf.sub(constrained, atMost), rate)), 0, max);
        // A step that is not finite skips the model's update; it must not stay in the multiplier either.
        multiplier.assign(tf.where(tf.isFinite(constrained), moved, multiplier) as tf.Scalar);
      }),
    log: () => ({ [`${name}/multiplier`]: tf.clone(multiplier) }),
    dispose: () => multiplier.dispose(),
  };
}
