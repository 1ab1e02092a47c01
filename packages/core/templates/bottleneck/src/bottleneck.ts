import { defineBottleneck } from '@fsae/core';
import * as tf from '@tensorflow/tfjs';
import { options } from './options.js';

/** The mean of the features over the grid, through one matrix to a latent of one cell, and through another back to the grid. */
export const bottleneck = defineBottleneck({
  options,
  create({ channels }, { features, variable }) {
    const [rows, columns, depth] = features;
    const down = variable('down', [depth, channels], { use: 'he-normal', fanIn: depth, negativeSlope: 1 });
    const up = variable('up', [channels, rows * columns * depth], {
      use: 'he-normal',
      fanIn: channels,
      negativeSlope: 1,
    });
    return {
      weights: { down, up },
      layers: [
        { name: 'down', output: [1, 1, channels], parameters: down.size, macs: down.size },
        { name: 'up', output: features, parameters: up.size, macs: up.size },
      ],
      latentShape: [1, 1, channels],
      outputShape: features,
      compress: (x) => ({
        z: tf.reshape(tf.matMul(tf.mean(x, [1, 2]) as tf.Tensor2D, down as tf.Tensor2D), [-1, 1, 1, channels]),
      }),
      expand: (z) => tf.reshape(tf.dot(tf.reshape(z, [-1, channels]), up), [-1, rows, columns, depth]),
    };
  },
});
