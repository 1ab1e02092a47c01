import * as tf from '@tensorflow/tfjs';
import * as v from 'valibot';
import { defineLoss } from '../plugins/define.js';
import { meanOverIdentities, meanPerPicture } from './reduction.js';

const options = v.strictObject({
  /** Count only what the target's mask covers, divided by the mask's area. Needs faces with masks. */
  mask: v.optional(v.boolean(), false),
});

export type L1Options = v.InferOutput<typeof options>;

declare module '../config/define.js' {
  interface LossOptions {
    l1: L1Options;
  }
}

/** Mean absolute error of the reconstruction, in [0, 1]. */
export const l1 = defineLoss({
  options,
  create: ({ mask }) => ({
    needs: mask ? ['mask'] : [],
    compute: (step) => ({
      value: meanOverIdentities(step, (identity) => {
        const difference = tf.sub<tf.Tensor4D>(step.target(identity), step.reconstruction(identity).image);
        return meanPerPicture(tf.abs(difference), mask ? step.mask(identity) : undefined);
      }),
    }),
  }),
});
