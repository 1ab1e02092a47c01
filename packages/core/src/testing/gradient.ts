import type * as tf from '@tensorflow/tfjs';
import type { Weights } from '../contracts/index.js';
import { createRandom } from '../training/random.js';
import { check } from './check.js';
import { assign, valuesOf } from './state.js';

/** Steps of the central difference: rounding spoils the short ones, the kinks and curvature of a deep network the long ones. */
const STEPS = [1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5];
const DIRECTIONS = 3;

/**
 * Compares `gradients` with central differences of `evaluate` along random directions of +-1 in every element of
 * `variables`. Along such a direction a gradient that is wrong by a vector d is off by about |d|, however many elements
 * there are; the best of the step lengths counts. `tolerance` is relative to the gradient's norm.
 */
export async function checkGradient(
  evaluate: () => Promise<number>,
  variables: Weights,
  gradients: Readonly<Record<string, Float32Array>>,
  tolerance: number,
): Promise<void> {
  const start = await valuesOf(variables);
  const norm = Math.sqrt(Object.values(gradients).reduce((sum, g) => sum + g.reduce((s, x) => s + x * x, 0), 0));
  for (let direction = 0; direction < DIRECTIONS; direction++) {
    const signs: Record<string, Float32Array> = {};
    let analytic = 0;
    for (const [path, values] of Object.entries(start)) {
      const stream = createRandom(direction).stream(`direction/${path}`);
      const sign = values.map(() => (stream.uniform() < 0.5 ? -1 : 1));
      signs[path] = sign;
      gradients[path]?.forEach((slope, i) => {
        analytic += slope * sign[i]!;
      });
    }
    let best = Number.POSITIVE_INFINITY;
    let measured = Number.NaN;
    for (const step of STEPS) {
      const at = async (distance: number) => {
        assign(variables, shifted(start, signs, distance));
        return evaluate();
      };
      const numeric = ((await at(step)) - (await at(-step))) / (2 * step);
      if (!(Math.abs(numeric - analytic) >= best)) {
        best = Math.abs(numeric - analytic);
        measured = numeric;
      }
      if (best <= tolerance * norm) break;
    }
    assign(variables, start);
    check(best <= tolerance * norm, `a slope of ${measured}, measured by finite differences`, `${analytic} (gradient)`);
  }
}

function shifted(
  start: Readonly<Record<string, Float32Array>>,
  signs: Readonly<Record<string, Float32Array>>,
  distance: number,
): Record<string, Float32Array> {
  return Object.fromEntries(
    Object.entries(start).map(([path, values]) => [
      path,
      values.map((value, i) => value + distance * signs[path]![i]!),
    ]),
  );
}

/** Reads and disposes gradients. */
export async function readGradients(
  gradients: Readonly<Record<string, tf.Tensor>>,
): Promise<Record<string, Float32Array>> {
  const read: Record<string, Float32Array> = {};
  for (const [path, gradient] of Object.entries(gradients)) {
    read[path] = (await gradient.data()) as Float32Array;
    gradient.dispose();
  }
  return read;
}
