import { defineLoss } from '@fsae/core';
import * as tf from '@tensorflow/tfjs';
import * as v from 'valibot';

/** A linear classifier reads the identity from the latent; the encoder is paid to make its guesses uniform. */
export const confusion = defineLoss({
  options: v.strictObject({}),
  create(_options, { latent, identities, variable }) {
    const inputs = latent[0] * latent[1] * latent[2];
    const kernel = variable('kernel', [inputs, identities.length], { use: 'normal', standardDeviation: 0.1 });
    const bias = variable('bias', [identities.length], { use: 'constant', value: 0 });
    const logProbabilities = (z: tf.Tensor) => tf.logSoftmax(tf.add(tf.dot(tf.reshape(z, [-1, inputs]), kernel), bias));
    return {
      compute(step) {
        const { z } = step.latents();
        return { value: tf.sub(tf.neg(tf.mean(logProbabilities(z))), Math.log(identities.length)) as tf.Scalar };
      },
      adversary: {
        weights: { kernel, bias },
        optimizer: { use: 'adam', learningRate: 1e-3 },
        observe: (step) => step.latents(),
        loss({ z, label }) {
          const truth = tf.cast(tf.oneHot(label as tf.Tensor1D, identities.length), 'float32');
          return { value: tf.neg(tf.mean(tf.sum(tf.mul(truth, logProbabilities(z as tf.Tensor)), 1))) as tf.Scalar };
        },
      },
    };
  },
});
