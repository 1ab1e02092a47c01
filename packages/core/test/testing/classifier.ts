import * as tf from '@tensorflow/tfjs';
import type { Adversary, LossContext } from '../../src/contracts/index.js';

/** The smallest adversary that does its work: one matrix from the flattened latent to the identities. */
export function classifier({ latent, identities, variable }: LossContext): Adversary {
  const inputs = latent[0] * latent[1] * latent[2];
  const kernel = variable('kernel', [inputs, identities.length], { use: 'normal', standardDeviation: 0.1 });
  const bias = variable('bias', [identities.length], { use: 'constant', value: 0 });
  return {
    weights: { kernel, bias },
    observe: (step) => step.latents(),
    loss({ z, label }) {
      const flat = tf.reshape(z!, [-1, inputs]);
      const logits = tf.add(tf.matMul(flat, kernel as unknown as tf.Tensor2D), bias);
      const truth = tf.oneHot(tf.cast(label!, 'int32') as tf.Tensor1D, identities.length);
      return { value: tf.losses.softmaxCrossEntropy(truth, logits) as tf.Scalar };
    },
  };
}
