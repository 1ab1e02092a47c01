import * as tf from '@tensorflow/tfjs';
import * as v from 'valibot';
import { defineLoss } from '../plugins/define.js';
import { meanOverIdentities, meanPerPicture } from './reduction.js';

const options = v.strictObject({
  /** Count only what the target's mask covers, divided by the mask's area. Needs faces with masks. */
  mask: v.optional(v.boolean(), false),
});

export type PixelOptions = v.InferOutput<typeof options>;

/** A loss that sums a cost of each pixel's difference between target and reconstruction. */
export function pixelLoss(cost: (difference: tf.Tensor4D) => tf.Tensor4D) {
  return defineLoss({
    options,
    create: ({ mask }) => ({
      needs: mask ? ['mask'] : [],
      compute: (step) => ({
        value: meanOverIdentities(step, (identity) => {
          const difference = tf.sub<tf.Tensor4D>(step.target(identity), step.reconstruction(identity).image);
          return meanPerPicture(cost(difference), mask ? step.mask(identity) : undefined);
        }),
      }),
    }),
  });
}
