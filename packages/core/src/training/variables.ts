import * as tf from '@tensorflow/tfjs';
import type { Initial, Random } from '../contracts/index.js';

/** Makes the variables of one part; what they start with is a function of (seed, part, path) alone. */
export function variableFactory(random: Random, part: string) {
  return (path: string, shape: readonly number[], initial: Initial, trainable = true): tf.Variable => {
    const values = tf.tensor(fill(random, `init/${part}/${path}`, shape, initial), [...shape]);
    const variable = tf.variable(values, trainable);
    values.dispose();
    return variable;
  };
}

/** Variables of the right shapes without their values: for looking at a model that nobody trains. */
export function blankVariable(
  _path: string,
  shape: readonly number[],
  _initial: Initial,
  trainable = true,
): tf.Variable {
  const values = tf.zeros([...shape]);
  const variable = tf.variable(values, trainable);
  values.dispose();
  return variable;
}

function fill(random: Random, purpose: string, shape: readonly number[], initial: Initial): Float32Array {
  const values = new Float32Array(shape.reduce((product, length) => product * length, 1));
  if (initial.use === 'constant') return values.fill(initial.value);
  const deviation =
    initial.use === 'normal'
      ? initial.standardDeviation
      : Math.sqrt(2 / ((1 + (initial.negativeSlope ?? 0) ** 2) * initial.fanIn));
  const stream = random.stream(purpose);
  for (let i = 0; i < values.length; i++) values[i] = deviation * stream.normal();
  return values;
}
