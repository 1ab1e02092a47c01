import * as tf from '@tensorflow/tfjs';
import type { Face } from '../contracts/index.js';

/** Bytes of faces -> [faces, size, size, 3] in [0, 1]. The caller disposes it. */
export function picturesOf(faces: readonly Face[], size: number): tf.Tensor4D {
  const length = size * size * 3;
  const values = new Float32Array(faces.length * length);
  for (const [i, face] of faces.entries()) {
    for (let k = 0; k < length; k++) values[i * length + k] = (face.image[k] as number) / 255;
  }
  return tf.tensor4d(values, [faces.length, size, size, 3]);
}
