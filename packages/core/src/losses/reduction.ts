import * as tf from '@tensorflow/tfjs';
import type { TrainingStep } from '../contracts/index.js';

/** The mean over an identity's batch, then the mean over identities; `perSample` returns [batch] or a scalar. */
export function meanOverIdentities(step: TrainingStep, perSample: (identity: string) => tf.Tensor): tf.Scalar {
  return tf.mean(tf.stack(step.identities.map((identity) => tf.mean(perSample(identity)))));
}

/**
 * Mean error of each picture: [batch, rows, columns, channels] -> [batch]. Under a mask [batch, rows, columns, 1] it is
 * the sum over masked pixels divided by the mask's area, so that a small face does not count less than a large one.
 * A picture whose mask is empty counts 0.
 */
export function meanPerPicture(error: tf.Tensor4D, mask?: tf.Tensor4D): tf.Tensor1D {
  if (mask === undefined) return tf.mean(error, [1, 2, 3]);
  const inside = tf.sum<tf.Tensor1D>(tf.mul(tf.mean(error, 3, true), mask), [1, 2, 3]);
  return tf.div(inside, tf.maximum(tf.sum(mask, [1, 2, 3]), SMALLEST_AREA));
}

/** In pixels: far below one pixel of the faintest mask byte (1/255), so it only ever guards an empty mask. */
const SMALLEST_AREA = 1e-6;
