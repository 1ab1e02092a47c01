import * as tf from '@tensorflow/tfjs';

const LEAKY_RELU_GRADIENT = 'LeakyReluGrad';

/**
 * tfjs differentiates LeakyReLU by three kernels, of which two are slow here, and not twice (Greater has no gradient).
 * Backends that have a kernel LeakyReluGrad (inputs dy and x, attribute alpha) get it instead. Whoever comes first
 * registers it: @fsae/core has the same agreement with its own backends.
 */
export function registerLeakyReluGradient(): void {
  if (tf.getGradient(LEAKY_RELU_GRADIENT) !== undefined) return;
  const theirs = tf.getGradient(tf.LeakyRelu);
  tf.unregisterGradient(tf.LeakyRelu);
  tf.registerGradient({
    ...theirs,
    gradFunc: (dy, saved, attributes) => {
      if (tf.getKernel(LEAKY_RELU_GRADIENT, tf.getBackend()) === undefined) {
        return theirs.gradFunc(dy, saved, attributes);
      }
      return { x: () => backward(dy as tf.Tensor, saved[0]!, attributes) };
    },
  });
  tf.registerGradient({
    kernelName: LEAKY_RELU_GRADIENT,
    inputsToSave: ['x'],
    gradFunc: (ddx, saved, attributes) => ({
      // Linear in dy; constant in x wherever there is a derivative.
      dy: () => backward(ddx as tf.Tensor, saved[0]!, attributes),
      x: () => tf.zerosLike(saved[0]!),
    }),
  });
}

function backward(dy: tf.Tensor, x: tf.Tensor, attributes: tf.NamedAttrMap): tf.Tensor {
  return tf.engine().runKernel(LEAKY_RELU_GRADIENT, { dy, x }, { alpha: attributes['alpha'] as number });
}
