import * as tf from '@tensorflow/tfjs';
import type { Weights } from '../contracts/index.js';

/** The values of variables by path, as a checkpoint saves them. */
export async function valuesOf(weights: Weights): Promise<Record<string, Float32Array>> {
  const values: Record<string, Float32Array> = {};
  // A copy: the cpu backend hands out the array it computes with.
  for (const [path, variable] of Object.entries(weights)) values[path] = Float32Array.from(await variable.data());
  return values;
}

/** Gives variables their values back. */
export function assign(weights: Weights, values: Readonly<Record<string, Float32Array>>): void {
  for (const [path, variable] of Object.entries(weights)) {
    // A copy here too: it keeps the array it is given.
    const tensor = tf.tensor(Float32Array.from(values[path]!), variable.shape, variable.dtype as 'float32');
    variable.assign(tensor);
    tensor.dispose();
  }
}
