import { defineLoss, definePlugin } from '@fsae/core';
import * as tf from '@tensorflow/tfjs';
import * as v from 'valibot';

export const charbonnier = defineLoss({
  options: v.strictObject({ epsilon: v.optional(v.pipe(v.number(), v.gtValue(0)), 0.001) }),
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

export default definePlugin({ name: 'fsae-loss-charbonnier', api: 1, losses: { charbonnier } });
