import type * as tf from '@tensorflow/tfjs';
import * as v from 'valibot';
import type { Latent, Pass, Shape } from '../contracts/index.js';
import { defineBottleneck } from '../plugins/define.js';
import { upscaleTo } from './expansion.js';
import { dense as denseLayer, sequence } from './layers.js';
import { sampleLatent } from './posterior.js';

const count = v.pipe(v.number(), v.integer(), v.minValue(1));

/**
 * The classic deepfakes bottleneck and the baseline of every peer: flatten -> `units` -> matrix -> reshape -> pixel
 * shuffles. z is [1, 1, units]: no position survives.
 */
export const dense = defineBottleneck({
  options: v.strictObject({
    /** Length of z. */
    units: v.optional(count, 256),
    variational: v.optional(v.boolean(), false),
    /** Side of the map that the second matrix fills; 8, or the encoder's where that is smaller. */
    start: v.optional(count),
    /** Channels of that map; those of the encoder when left out. */
    channels: v.optional(count),
    /** Side of what the decoders receive, reached by doublings; the encoder's when left out. */
    output: v.optional(count),
    /** Whether each doubling halves the channels. */
    halve: v.optional(v.boolean(), false),
  }),
  create(options, context) {
    const [side, , depth] = context.features;
    const { units, variational, start = Math.min(8, side), channels = depth, output = side, halve } = options;
    const latentShape: Shape = [1, 1, units];
    const compress = denseLayer(context, 'compress/latent', context.features, {
      output: [1, 1, variational ? units * 2 : units],
      activation: 'linear',
    });
    const matrix = denseLayer(context, 'expand/matrix', latentShape, {
      output: [start, start, channels],
      activation: 'linear',
    });
    const expand = sequence([
      matrix,
      ...upscaleTo(context, 'bottleneck dense', matrix.output, output, (i) => (halve ? channels / 2 ** i : channels)),
    ]);
    return {
      weights: { ...compress.weights, ...expand.weights },
      layers: [compress.description, ...expand.layers],
      latentShape,
      outputShape: expand.output,
      variational,
      compress(features: tf.Tensor4D, pass: Pass): Latent {
        const h = compress.apply(features);
        return variational ? sampleLatent(h, pass) : { z: h };
      },
      expand: (z: tf.Tensor4D) => expand.apply(z),
    };
  },
});
