import * as tf from '@tensorflow/tfjs';

/** dL/dx of LeakyReLU in one pass: inputs `dy` and `x`, attribute `alpha`. Backends that have it register a kernel of this name. */
export const LeakyReluGrad = 'LeakyReluGrad';

/**
 * tfjs differentiates LeakyReLU by three kernels (greater, multiply, where) and not twice (Greater has no gradient).
 * Where the current backend has the fused kernel it is used instead, and differentiates again; elsewhere nothing changes.
 */
export function registerLeakyReluGradient(): void {
  if (tf.getGradient(LeakyReluGrad) !== undefined) return;
  const theirs = tf.getGradient(tf.LeakyRelu);
  tf.unregisterGradient(tf.LeakyRelu);
  tf.registerGradient({
    ...theirs,
    gradFunc: (dy, saved, attrs) => {
      if (tf.getKernel(LeakyReluGrad, tf.getBackend()) === undefined) return theirs.gradFunc(dy, saved, attrs);
      const [x] = saved as [tf.Tensor];
      return { x: () => backward(dy as tf.Tensor, x, attrs) };
    },
  });
  tf.registerGradient({
    kernelName: LeakyReluGrad,
    inputsToSave: ['x'],
    gradFunc: (ddx, saved, attrs) => {
      const [x] = saved as [tf.Tensor];
      // Linear in dy; constant in x wherever there is a derivative.
      return { dy: () => backward(ddx as tf.Tensor, x, attrs), x: () => tf.zerosLike(x) };
    },
  });
}

function backward(dy: tf.Tensor, x: tf.Tensor, { alpha }: Readonly<Record<string, unknown>>): tf.Tensor {
  return tf.engine().runKernel(LeakyReluGrad, { dy, x }, { alpha: alpha as number });
}
