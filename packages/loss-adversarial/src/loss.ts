import * as tf from '@tensorflow/tfjs';

// Throughout: logits [batch, places, N] of N identities, label [batch] int32 in 0..N-1, logarithms natural, means over
// batch and places.

/** Mean of -log p(label). log N for a discriminator that knows nothing. */
export function crossEntropy(logits: tf.Tensor3D, label: tf.Tensor1D): tf.Scalar {
  return tf.mean(perPlace(logits, label));
}

/** KL(u || p) for the uniform distribution u: the mean over identities of -log p, minus log N. 0 at perfect confusion. */
export function uniformDivergence(logits: tf.Tensor3D): tf.Scalar {
  return tf.sub(tf.neg(tf.mean(tf.logSoftmax(logits))), Math.log(identities(logits)));
}

/** log N - CE: 0 for a discriminator that knows nothing; its gradient is the discriminator's own, reversed (Ganin & Lempitsky 2015). */
export function reversal(logits: tf.Tensor3D, label: tf.Tensor1D): tf.Scalar {
  return tf.sub(Math.log(identities(logits)), crossEntropy(logits, label));
}

/**
 * Cross-entropy against one identity, over the latents of all *others*: theirs learn to look like that one's, which get
 * no gradient (the one-sided form of DeepFaceLab's true face). 0 when the batch holds nobody else.
 */
export function toward(logits: tf.Tensor3D, label: tf.Tensor1D, target: number): tf.Scalar {
  const perFace = tf.mean(perPlace(logits, tf.fill(label.shape, target, 'int32')), 1);
  const others = tf.cast(tf.notEqual(label, tf.scalar(target, 'int32')), 'float32');
  return tf.div(tf.sum(tf.mul(perFace, others)), tf.maximum(tf.sum(others), 1));
}

/** Share of places where the most probable identity is the right one. 1 / N by chance. */
export function accuracy(logits: tf.Tensor3D, label: tf.Tensor1D): tf.Scalar {
  const guess = tf.argMax(logits, -1);
  return tf.mean(tf.cast(tf.equal(guess, tf.expandDims(tf.cast(label, guess.dtype), 1)), 'float32'));
}

/** A lower bound of I(Z;ID) in bits for equally frequent identities: max(0, log N - CE) / ln 2 (Barber & Agakov 2003). */
export function identityBits(crossEntropy: tf.Scalar, identities: number): tf.Scalar {
  return tf.div(tf.relu(tf.sub(Math.log(identities), crossEntropy)), Math.LN2);
}

/**
 * R1 (Mescheder et al. 2018, equation 9) without its gamma / 2: mean over the batch of |d D / d z|^2, where D is the log
 * odds of the true identity, averaged over places. Log odds and not the logit, because a number added to all logits
 * changes no probability; for two identities they are the logit of the binary discriminator of the paper.
 */
export function gradientPenalty(
  logits: (z: tf.Tensor4D) => tf.Tensor3D,
  z: tf.Tensor4D,
  label: tf.Tensor1D,
): tf.Scalar {
  const discriminator = (input: tf.Tensor) => tf.sum(tf.mean(logOdds(logits(input as tf.Tensor4D), label), 1));
  const gradient = tf.grad(discriminator)(z);
  return tf.div(tf.sum(tf.square(gradient)), z.shape[0]);
}

/** How much of its weight the encoder's term has at step `index` (from 1): 0 at the first step, full after `warmup` more. */
export function rampUp(index: number, warmup: number, schedule: 'linear' | 'sigmoid'): number {
  const progress = warmup === 0 ? 1 : Math.min(1, (index - 1) / warmup);
  return schedule === 'linear' ? progress : 2 / (1 + Math.exp(-10 * progress)) - 1;
}

/** log(p / (1 - p)) of the true identity, [batch, places]. */
function logOdds(logits: tf.Tensor3D, label: tf.Tensor1D): tf.Tensor2D {
  const truth = oneHot(label, identities(logits));
  const others = tf.sub(logits, tf.mul(1e9, truth));
  return tf.squeeze(tf.sub(tf.sum(tf.mul(logits, truth), -1, true), logSumExp(others)), [-1]);
}

/**
 * Over the last axis, which stays. With a gradient that is written in the input: where tfjs saves a kernel's *output* for
 * its gradient (exp, tanh, sigmoid), the second derivative is silently wrong, and that of tf.max does not exist.
 */
const logSumExp = tf.customGrad((x, save) => {
  const input = x as tf.Tensor;
  (save as tf.GradSaveFunc)([input]);
  return {
    value: tf.logSumExp(input, -1, true),
    gradFunc: (dy: tf.Tensor, [saved]: tf.Tensor[]) => tf.mul(dy, tf.softmax(saved as tf.Tensor)),
  };
});

function perPlace(logits: tf.Tensor3D, label: tf.Tensor1D): tf.Tensor2D {
  return tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), oneHot(label, identities(logits))), -1));
}

/** [batch, 1, N] */
function oneHot(label: tf.Tensor1D, identities: number): tf.Tensor3D {
  return tf.expandDims(tf.cast(tf.oneHot(label, identities), 'float32') as tf.Tensor2D, 1);
}

function identities(logits: tf.Tensor3D): number {
  return logits.shape[2];
}
