import { defineLoss } from '@fsae/core';
import * as tf from '@tensorflow/tfjs';
import * as v from 'valibot';

/** Squared error over its own running mean: about 1 all the time, whatever the faces. */
export const relative = defineLoss({
  options: v.strictObject({ momentum: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1)), 0.05) }),
  create({ momentum }, { variable }) {
    const usual = variable('usual', [], { use: 'constant', value: 0.01 }, false);
    return {
      weights: { usual },
      compute(step) {
        const values = step.identities.map((identity) =>
          tf.mean(tf.squaredDifference(step.reconstruction(identity).image, step.target(identity))),
        );
        const error = tf.mean(tf.stack(values)) as tf.Scalar;
        const value = tf.div(error, usual) as tf.Scalar;
        if (step.pass.training) {
          const next = tf.add(tf.mul(usual, 1 - momentum), tf.mul(error, momentum));
          usual.assign(tf.where(tf.isFinite(next), next, usual));
        }
        return { value, logged: { error } };
      },
    };
  },
});
