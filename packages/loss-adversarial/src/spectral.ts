import * as tf from '@tensorflow/tfjs';

// Miyato et al. 2018, "Spectral Normalization for Generative Adversarial Networks", equation 8 and algorithm 1. A kernel
// [..., in, out] is read as the matrix K [product of the rest, out], the transpose of the paper's W; `u` [out] is its
// running estimate of the singular vector. Only u's direction counts, so a fresh u need not be normalised.

const TINY = 1e-12;

/**
 * The kernel divided by |K u| / |u|, the largest singular value as far as u knows it. With u held constant the gradient
 * of |K u| is that of the paper's u^T W v: v = K u / |K u| needs no state of its own.
 */
export function spectrallyNormalised<K extends tf.Tensor>(kernel: K, u: tf.Tensor): K {
  return tf.tidy(() => {
    const direction = tf.div(u, tf.add(tf.norm(u), TINY));
    return tf.div(kernel, tf.add(norm(times(kernel, direction)), TINY));
  });
}

/** One power iteration: u <- K^T K u, normalised. Several in a row converge to the largest singular value. */
export function powerIteration(kernel: tf.Tensor, u: tf.Tensor): tf.Tensor1D {
  return tf.tidy(() => {
    const matrix = asMatrix(kernel);
    const next = tf.matMul(matrix, tf.matMul(matrix, tf.reshape(u, [-1, 1])), true);
    return tf.reshape(tf.div(next, tf.add(tf.norm(next), TINY)), [-1]);
  });
}

function times(kernel: tf.Tensor, u: tf.Tensor): tf.Tensor {
  return tf.matMul(asMatrix(kernel), tf.reshape(u, [-1, 1]));
}

function asMatrix(kernel: tf.Tensor): tf.Tensor2D {
  return tf.reshape(kernel, [-1, kernel.shape.at(-1) ?? 1]);
}

// tf.norm goes through abs, whose gradient divides 0 by 0 at a zero vector.
function norm(x: tf.Tensor): tf.Scalar {
  return tf.sqrt(tf.sum(tf.square(x)));
}
