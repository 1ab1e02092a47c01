import type { LossContext, Shape, Weights } from '@fsae/core';
import * as tf from '@tensorflow/tfjs';
import { createDiscriminator } from './discriminator.js';

/** Share of the newest batch in the running moments, once there are enough of them. */
const SHARE = 0.02;
/** Far below the variance of any latent that decoders can use. */
const TINY = 1e-8;

/** A classifier that reads identity for the record: nobody is trained against it. */
export interface Referee {
  /** Kernels and biases; the moments are not trainable. */
  readonly weights: Weights;
  /** z [batch, rows, columns, channels] -> logits [batch, 1, identities]. */
  logits(z: tf.Tensor4D): tf.Tensor3D;
  /** Takes a batch into the moments. Assigns them: for the referee's own updates only. */
  follow(z: tf.Tensor4D): void;
}

/**
 * The two-layer probe by which a latent's identity is measured afterwards (128 units, no normalisation of its kernels),
 * learning while the latent moves. As such a probe does, it looks at every element in units of its own spread, here a
 * running one: without that it overlooks what is faint, and its bits are too low by more than a third.
 */
export function createReferee(latent: Shape, identities: number, variable: LossContext['variable']): Referee {
  const create: LossContext['variable'] = (path, ...rest) => variable(`referee/${path}`, ...rest);
  const probe = { network: 'vector', hidden: [128], spectralNormalisation: false } as const;
  const classifier = createDiscriminator(probe, latent, identities, create);
  const mean = create('mean', latent, { use: 'constant', value: 0 }, false);
  const variance = create('variance', latent, { use: 'constant', value: 1 }, false);
  const updates = create('updates', [], { use: 'constant', value: 0 }, false);
  const weights = Object.entries({ ...classifier.weights, mean, variance, updates });

  return {
    weights: Object.fromEntries(weights.map(([path, weight]) => [`referee/${path}`, weight])),
    logits: (z) => classifier.logits(tf.div(tf.sub(z, mean), tf.sqrt(tf.add(variance, TINY)))),
    follow(z) {
      tf.tidy(() => {
        // The plain average of all batches at first.
        const share = tf.maximum(SHARE, tf.div(1, tf.add(updates, 1)));
        const towards = (old: tf.Variable, seen: tf.Tensor) => tf.add(old, tf.mul(share, tf.sub(seen, old)));
        const nextMean = towards(mean, tf.mean(z, 0));
        const nextVariance = towards(variance, tf.mean(tf.square(tf.sub(z, nextMean)), 0));
        // A step that is not finite changes nobody's weights; it must not stay in the moments either.
        const finite = tf.all(tf.logicalAnd(tf.isFinite(nextMean), tf.isFinite(nextVariance)));
        mean.assign(tf.where(finite, nextMean, mean));
        variance.assign(tf.where(finite, nextVariance, variance));
        updates.assign(tf.add(updates, tf.cast(finite, 'float32')));
      });
    },
  };
}
