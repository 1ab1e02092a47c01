import type * as tf from '@tensorflow/tfjs';
import * as v from 'valibot';
import type { Shape } from '../contracts/index.js';
import { fsaeError } from '../errors/catalogue.js';
import { defineEncoder } from '../plugins/define.js';
import { convolution, type Layer, sequence } from './layers.js';

/** `stages` stride-2 5x5 convolutions ('same') with LeakyReLU(0.1), channels doubling from `channels`: each halves the picture. */
export const convEncoder = defineEncoder({
  options: v.strictObject({
    /** Channels of the first stage; doubled by each further one. */
    channels: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 16),
    stages: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(8)), 2),
  }),
  create({ channels, stages }, context) {
    if (context.image[0] % 2 ** stages !== 0) {
      throw fsaeError('FSAE_MODEL_SIZE', {
        part: 'encoder conv',
        expected: `a picture side divisible by ${2 ** stages} (${stages} halvings)`,
        received: `${context.image[0]} px`,
      });
    }
    const layers: Layer[] = [];
    let shape: Shape = context.image;
    for (let stage = 0; stage < stages; stage++) {
      const layer = convolution(context, `conv${stage + 1}`, shape, {
        channels: channels * 2 ** stage,
        kernel: 5,
        stride: 2,
      });
      layers.push(layer);
      shape = layer.output;
    }
    const network = sequence(layers);
    return {
      weights: network.weights,
      layers: network.layers,
      outputShape: network.output,
      encode: (images: tf.Tensor4D) => network.apply(images),
    };
  },
});
