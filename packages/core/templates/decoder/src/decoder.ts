import { defineDecoder } from '@fsae/core';
import * as tf from '@tensorflow/tfjs';
import { options } from './options.js';

/** One convolution to as many colours as fit into a position, spread out over its pixels (Shi et al. 2016), sigmoid. */
export const decoder = defineDecoder({
  options,
  create({ kernel: side }, { features, image, variable }) {
    const [rows, columns, depth] = features;
    const factor = image[0] / rows;
    const channels = factor * factor * 3;
    const fanIn = side * side * depth;
    const kernel = variable('image/kernel', [side, side, depth, channels], {
      use: 'he-normal',
      fanIn,
      negativeSlope: 1,
    });
    const bias = variable('image/bias', [channels], { use: 'constant', value: 0 });
    return {
      weights: { 'image/kernel': kernel, 'image/bias': bias },
      layers: [
        { name: 'image', output: image, parameters: kernel.size + bias.size, macs: rows * columns * channels * fanIn },
      ],
      decode(x) {
        const colours = tf.sigmoid(tf.add(tf.conv2d(x, kernel as tf.Tensor4D, 1, 'same'), bias));
        // tf.depthToSpace has no gradient: reshape, transpose, reshape.
        const pixels = tf.reshape(colours, [-1, rows, columns, factor, factor, 3]);
        const spread = tf.transpose(pixels, [0, 1, 3, 2, 4, 5]);
        return { image: tf.reshape(spread, [-1, image[0], image[1], 3]) };
      },
    };
  },
});
