import * as tf from '@tensorflow/tfjs';
import type { LpipsOptions } from './options.js';
import type { FrozenWeights } from './weights.js';

/** Mean and deviation of ImageNet's pictures on the scale of [-1, 1], as LPIPS v0.1 has them. */
const SHIFT = [-0.03, -0.088, -0.188];
const SCALE = [0.458, 0.448, 0.45];

/** The smallest picture that leaves every layer at least one position. */
export const SMALLEST_SIDE: Readonly<Record<LpipsOptions['net'], number>> = { squeeze: 17, alex: 31 };

/**
 * What the network sees after each of the layers that LPIPS compares, finest first; pictures [batch, rows, columns, 3]
 * in [0, 1]. Plain convolutions, not fused ones: those compute the gradient of their frozen kernels too.
 */
export function features(net: LpipsOptions['net'], weights: FrozenWeights, pictures: tf.Tensor4D): tf.Tensor4D[] {
  const signed = tf.sub(tf.mul(pictures, 2), 1);
  const x = tf.div<tf.Tensor4D>(tf.sub(signed, SHIFT), SCALE);
  return net === 'squeeze' ? squeeze(weights, x) : alex(weights, x);
}

/** SqueezeNet 1.1 (Iandola et al. 2016): after conv1, fire3, fire5, fire6, fire7, fire8, fire9. */
function squeeze(weights: FrozenWeights, x: tf.Tensor4D): tf.Tensor4D[] {
  const fire = (input: tf.Tensor4D, number: number): tf.Tensor4D => {
    const squeezed = convolve(weights, `fire${number}/squeeze`, input);
    return tf.concat(
      [convolve(weights, `fire${number}/e1`, squeezed), convolve(weights, `fire${number}/e3`, squeezed)],
      3,
    );
  };
  const conv1 = convolve(weights, 'conv1', x, 2, 'valid');
  const fire3 = [2, 3].reduce(fire, poolCeil(conv1));
  const fire5 = [4, 5].reduce(fire, poolCeil(fire3));
  const fire6 = fire(poolCeil(fire5), 6);
  const fire7 = fire(fire6, 7);
  const fire8 = fire(fire7, 8);
  return [conv1, fire3, fire5, fire6, fire7, fire8, fire(fire8, 9)];
}

/** AlexNet as torchvision has it (Krizhevsky 2014): after each of its five convolutions. */
function alex(weights: FrozenWeights, x: tf.Tensor4D): tf.Tensor4D[] {
  const padded = tf.pad(x, [
    [0, 0],
    [2, 2],
    [2, 2],
    [0, 0],
  ]);
  const conv1 = convolve(weights, 'conv1', padded, 4, 'valid');
  const conv2 = convolve(weights, 'conv2', tf.maxPool(conv1, 3, 2, 'valid'));
  const conv3 = convolve(weights, 'conv3', tf.maxPool(conv2, 3, 2, 'valid'));
  const conv4 = convolve(weights, 'conv4', conv3);
  return [conv1, conv2, conv3, conv4, convolve(weights, 'conv5', conv4)];
}

/** Convolution, bias, ReLU. */
function convolve(
  weights: FrozenWeights,
  name: string,
  x: tf.Tensor4D,
  stride = 1,
  padding: 'same' | 'valid' = 'same',
): tf.Tensor4D {
  const kernel = weights[`${name}/w`] as tf.Tensor4D;
  return tf.relu(tf.add(tf.conv2d(x, kernel, stride, padding), weights[`${name}/b`]!));
}

/** 3x3 maximum, stride 2, with a last window that may hang over the edge (torch's ceil_mode). Zeros are no maximum after a ReLU. */
function poolCeil(x: tf.Tensor4D): tf.Tensor4D {
  const over = (length: number) => Math.ceil((length - 3) / 2) * 2 + 3 - length;
  const [, rows, columns] = x.shape;
  const padded = tf.pad(x, [
    [0, 0],
    [0, over(rows)],
    [0, over(columns)],
    [0, 0],
  ]);
  return tf.maxPool(padded, 3, 2, 'valid');
}
