import { defineLoss } from '@fsae/core';
import * as tf from '@tensorflow/tfjs';
import { options } from './options.js';

/**
 * Charbonnier's penalty: the mean of sqrt(error^2 + epsilon^2) - epsilon over pixels, batch and identities. L1 with a
 * rounded tip (Charbonnier, Blanc-Feraud, Aubert, Barlaud 1994).
 */
export const loss = defineLoss({
  options,
  create: ({ epsilon }) => ({
    compute(step) {
      const values = step.identities.map((identity) => {
        const error = tf.sub(step.reconstruction(identity).image, step.target(identity));
        return tf.mean(tf.sub(tf.sqrt(tf.add(tf.square(error), epsilon ** 2)), epsilon));
      });
      return { value: tf.mean(tf.stack(values)) };
    },
  }),
});
