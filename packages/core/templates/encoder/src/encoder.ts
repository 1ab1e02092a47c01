import { defineEncoder } from '@fsae/core';
import * as tf from '@tensorflow/tfjs';
import { options } from './options.js';

const KERNEL = 4;

/** The picture in patches of 4x4 pixels, one matrix for all of them, ReLU: rows and columns are a quarter of the picture's. */
export const encoder = defineEncoder({
  options,
  create({ channels }, { image, variable }) {
    const [rows, columns, colours] = image;
    const fanIn = KERNEL * KERNEL * colours;
    const kernel = variable('patch/kernel', [KERNEL, KERNEL, colours, channels], { use: 'he-normal', fanIn });
    const bias = variable('patch/bias', [channels], { use: 'constant', value: 0 });
    const output = [Math.floor(rows / KERNEL), Math.floor(columns / KERNEL), channels] as const;
    return {
      weights: { 'patch/kernel': kernel, 'patch/bias': bias },
      layers: [
        {
          name: 'patch',
          output,
          parameters: kernel.size + bias.size,
          macs: output[0] * output[1] * channels * fanIn,
        },
      ],
      outputShape: output,
      encode: (images) => tf.relu(tf.add(tf.conv2d(images, kernel as tf.Tensor4D, KERNEL, 'valid'), bias)),
    };
  },
});
