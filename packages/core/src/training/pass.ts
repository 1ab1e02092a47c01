import * as tf from '@tensorflow/tfjs';
import type { Pass, Random } from '../contracts/index.js';

/** A training pass of one step: noise is a function of (seed, step, key). */
export function trainingPass(random: Random, step: number): Pass {
  return {
    training: true,
    noise(key, shape) {
      const stream = random.stream(`noise/${key}`, step);
      const values = new Float32Array(shape.reduce((product, length) => product * length, 1));
      for (let i = 0; i < values.length; i++) values[i] = stream.normal();
      return tf.tensor(values, [...shape]);
    },
  };
}
