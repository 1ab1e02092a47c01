import * as tf from '@tensorflow/tfjs';

// Networks of @vladmandic/face-api (MIT), whose packages hold weights only. Input: (255 x - mean) / 255.

type Weights = tf.NamedTensorMap;

const of = <R extends tf.Rank>(weights: Weights, name: string) => weights[name] as tf.Tensor<R>;

/** dlib's face recogniser, a ResNet of 29 layers (King 2017): [batch, 150, 150, 3] to [batch, 128]. */
export function dlibResnet(weights: Weights, x: tf.Tensor4D): tf.Tensor2D {
  const layer = (input: tf.Tensor4D, name: string, stride: number, padding: 'same' | 'valid'): tf.Tensor4D => {
    const product = tf.conv2d(input, of<tf.Rank.R4>(weights, `${name}/conv/filters`), stride, padding);
    const biased = tf.add(product, of(weights, `${name}/conv/bias`));
    return tf.add(tf.mul(biased, of(weights, `${name}/scale/weights`)), of(weights, `${name}/scale/biases`));
  };
  const residual = (input: tf.Tensor4D, name: string): tf.Tensor4D => {
    const inner = tf.relu(layer(input, `${name}/conv1`, 1, 'same'));
    return tf.relu(tf.add(layer(inner, `${name}/conv2`, 1, 'same'), input));
  };
  const down = (input: tf.Tensor4D, name: string): tf.Tensor4D => {
    const inner = tf.relu(layer(input, `${name}/conv1`, 2, 'valid'));
    const outer = layer(inner, `${name}/conv2`, 1, 'same');
    const pooled = tf.avgPool(input, 2, 2, 'valid');
    return tf.relu(tf.add(grow(outer, pooled.shape, [1, 2]), grow(pooled, outer.shape, [3])));
  };
  const stage = (input: tf.Tensor4D, width: number, blocks: number): tf.Tensor4D =>
    Array.from({ length: blocks }, (_, i) => `conv${width}_${i + 1}`).reduce(residual, input);

  const first = tf.maxPool(tf.relu(layer(x, 'conv32_down', 2, 'valid')), 3, 2, 'valid');
  const conv64 = stage(down(stage(first, 32, 3), 'conv64_down'), 64, 3);
  const conv128 = stage(down(conv64, 'conv128_down'), 128, 2);
  const conv256 = stage(down(conv128, 'conv256_down'), 256, 2);
  const last = down(conv256, 'conv256_down_out');
  return tf.matMul(tf.mean<tf.Tensor2D>(last, [1, 2]), of<tf.Rank.R2>(weights, 'fc'));
}

/** Zeros at the end of the named axes, up to the lengths of `shape`. */
function grow(x: tf.Tensor4D, shape: readonly number[], axes: readonly number[]): tf.Tensor4D {
  const missing = x.shape.map((length, axis) => (axes.includes(axis) ? Math.max(0, shape[axis]! - length) : 0));
  return missing.some((zeros) => zeros > 0)
    ? tf.pad(
        x,
        missing.map((zeros): [number, number] => [0, zeros]),
      )
    : x;
}

/** 68 landmarks, four densely connected blocks: [batch, 112, 112, 3] to [batch, 136], x and y in 0..1 in turn. */
export function landmarks68(weights: Weights, x: tf.Tensor4D): tf.Tensor2D {
  const separable = (input: tf.Tensor4D, name: string, stride: number): tf.Tensor4D => {
    const deep = tf.depthwiseConv2d(input, of<tf.Rank.R4>(weights, `${name}/depthwise_filter`), stride, 'same');
    const mixed = tf.conv2d(deep, of<tf.Rank.R4>(weights, `${name}/pointwise_filter`), 1, 'valid');
    return tf.add(mixed, of(weights, `${name}/bias`));
  };
  const block = (input: tf.Tensor4D, name: string): tf.Tensor4D => {
    const entry =
      name === 'dense0'
        ? tf.add<tf.Tensor4D>(
            tf.conv2d(input, of<tf.Rank.R4>(weights, `${name}/conv0/filters`), 2, 'same'),
            of(weights, `${name}/conv0/bias`),
          )
        : separable(input, `${name}/conv0`, 2);
    const first = tf.relu(entry);
    const second = separable(first, `${name}/conv1`, 1);
    const third = separable(tf.relu(tf.add(first, second)), `${name}/conv2`, 1);
    const fourth = separable(tf.relu(tf.addN([first, second, third])), `${name}/conv3`, 1);
    return tf.relu(tf.addN([first, second, third, fourth]));
  };
  const features = ['dense0', 'dense1', 'dense2', 'dense3'].reduce(block, x);
  const pooled = tf.avgPool(features, 7, 2, 'valid');
  const product = tf.matMul(tf.reshape(pooled, [x.shape[0], -1]), of<tf.Rank.R2>(weights, 'fc/weights'));
  return tf.add(product, of(weights, 'fc/bias'));
}
