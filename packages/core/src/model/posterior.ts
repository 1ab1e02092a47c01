import * as tf from '@tensorflow/tfjs';
import type { Latent, Pass } from '../contracts/index.js';

// A fresh network would otherwise start with unit variance: noise as loud as the signal, and nothing to learn from.
const LOG_VARIANCE_START = -4;
const LOG_VARIANCE_RANGE = [-12, 4] as const;

/**
 * Splits [batch, rows, columns, 2 * channels] into a diagonal Gaussian and samples it by reparameterisation
 * (Kingma & Welling 2014) in training; at inference z is the mean. The log-variance head is shifted by -4 and clamped to
 * [-12, 4].
 */
export function sampleLatent(statistics: tf.Tensor4D, pass: Pass): Latent {
  const [mean, raw] = tf.split(statistics, 2, 3) as [tf.Tensor4D, tf.Tensor4D];
  const logVariance = tf.clipByValue(tf.add(raw, LOG_VARIANCE_START), ...LOG_VARIANCE_RANGE) as tf.Tensor4D;
  const posterior = { mean, logVariance };
  if (!pass.training) return { z: mean, posterior };
  const noise = pass.noise('posterior', mean.shape);
  return { z: tf.add(mean, tf.mul(noise, tf.exp(tf.div(logVariance, 2)))), posterior };
}

/**
 * KL divergence of the posterior q(z|x) from the standard normal prior in bits, [batch] (Kingma & Welling 2014, appendix B,
 * divided by ln 2). Its mean over pictures is an upper bound of I(Z;X).
 */
export function rateOf({ mean, logVariance }: NonNullable<Latent['posterior']>): tf.Tensor1D {
  const terms = tf.sub(tf.sub(tf.add(1, logVariance), tf.square(mean)), tf.exp(logVariance));
  return tf.mul(tf.sum<tf.Tensor1D>(terms, [1, 2, 3]), -0.5 / Math.LN2);
}
