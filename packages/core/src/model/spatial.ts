import type * as tf from '@tensorflow/tfjs';
import * as v from 'valibot';
import type { Latent, Pass, Shape } from '../contracts/index.js';
import { fsaeError } from '../errors/catalogue.js';
import { defineBottleneck } from '../plugins/define.js';
import { upscaleTo } from './expansion.js';
import { convolution, dense, type Layer, sequence, transposedConvolution } from './layers.js';
import { sampleLatent } from './posterior.js';
import { averagePooling, bilinear, resample } from './resample.js';

const count = v.pipe(v.number(), v.integer(), v.minValue(1));

/** Rows and columns of the map that a dense or bilinear expansion starts from. */
const EXPANSION_START = 8;

/**
 * The article's bottleneck: two 3x3 stride-2 valid convolutions (16 -> 7 -> 3, 32 -> 15 -> 7), no activation on z, and
 * a way back:
 * - `transposed`: 3x3 stride 2 valid (n -> 2n + 1), then 4x4 stride 2 valid (n -> 2n + 2): 3 -> 7 -> 16, 7 -> 15 -> 32.
 * - `dense`: one matrix to 8x8, then pixel shuffles; swaps better at 64 px.
 * - `grid: n` instead asks for an n x n latent at a fixed resolution: the same convolutions for every n, average pooling
 *   to n x n, bilinear expansion to 8x8, so that the parameters are equal for all n.
 */
export const spatial = defineBottleneck({
  options: v.strictObject({
    /** Channels of z. */
    channels: v.optional(count, 64),
    /** Channels between the two convolutions; those of z when left out. */
    hidden: v.optional(count),
    /** A diagonal Gaussian posterior instead of a point. */
    variational: v.optional(v.boolean(), false),
    expand: v.optional(v.picklist(['transposed', 'dense']), 'transposed'),
    /** Channels handed to the decoders by `dense` and `grid`; those of the encoder when left out. */
    expandChannels: v.optional(count),
    /** Side of the latent, 1..8. */
    grid: v.optional(v.pipe(count, v.maxValue(EXPANSION_START))),
  }),
  create(options, context) {
    const { channels, hidden = channels, variational, grid } = options;
    const heads = variational ? channels * 2 : channels;
    const side = context.features[0];
    if (side < EXPANSION_START) {
      throw fsaeError('FSAE_MODEL_SIZE', {
        part: 'bottleneck spatial',
        expected: `encoder features of at least ${EXPANSION_START}x${EXPANSION_START}`,
        received: context.features.join('x'),
      });
    }
    const compress = sequence(
      grid === undefined
        ? valid(context, hidden, heads)
        : [
            ...halve(context, context.features, hidden),
            convolution(context, 'compress/latent', [EXPANSION_START, EXPANSION_START, hidden], {
              channels: heads,
              kernel: 3,
              activation: 'linear',
            }),
          ],
    );
    const latentShape: Shape =
      grid === undefined ? [compress.output[0], compress.output[1], channels] : [grid, grid, channels];
    const width = options.expandChannels ?? context.features[2];
    const expand = sequence(
      grid !== undefined
        ? spread(context, channels, side, width)
        : options.expand === 'dense'
          ? fromMatrix(context, latentShape, side, width)
          : transposed(context, latentShape, hidden),
    );
    if (expand.output[0] !== side) {
      throw fsaeError('FSAE_MODEL_SIZE', {
        part: "bottleneck spatial, expand 'transposed'",
        expected: 'encoder features of side 16 or 32 (or any 4n + 4), or expand: "dense"',
        received: context.features.join('x'),
      });
    }
    return {
      weights: { ...compress.weights, ...expand.weights },
      layers: [...compress.layers, ...expand.layers],
      latentShape,
      outputShape: expand.output,
      variational,
      compress(features: tf.Tensor4D, pass: Pass): Latent {
        let h = compress.apply(features);
        if (grid !== undefined) {
          const pooling = averagePooling(EXPANSION_START, grid);
          h = resample(h, pooling, pooling);
        }
        return variational ? sampleLatent(h, pass) : { z: h };
      },
      expand(z: tf.Tensor4D): tf.Tensor4D {
        if (grid === undefined) return expand.apply(z);
        const spreading = bilinear(grid, EXPANSION_START);
        return expand.apply(resample(z, spreading, spreading));
      },
    };
  },
});

type Context = Parameters<typeof spatial.create>[1];

function valid(context: Context, hidden: number, heads: number): Layer[] {
  const first = convolution(context, 'compress/hidden', context.features, {
    channels: hidden,
    kernel: 3,
    stride: 2,
    padding: 'valid',
  });
  const second = convolution(context, 'compress/latent', first.output, {
    channels: heads,
    kernel: 3,
    stride: 2,
    padding: 'valid',
    activation: 'linear',
  });
  return [first, second];
}

/** Stride-2 convolutions from the features down to 8x8. */
function halve(context: Context, from: Shape, hidden: number): Layer[] {
  const halvings = Math.log2(from[0] / EXPANSION_START);
  if (!Number.isInteger(halvings)) {
    throw fsaeError('FSAE_MODEL_SIZE', {
      part: 'bottleneck spatial with grid',
      expected: 'encoder features of side 8, 16, 32 ...',
      received: from.join('x'),
    });
  }
  const layers: Layer[] = [];
  let shape = from;
  for (let i = 1; i <= Math.max(1, halvings); i++) {
    const layer = convolution(context, `compress/hidden${i}`, shape, {
      channels: hidden,
      kernel: 3,
      stride: i <= halvings ? 2 : 1,
    });
    layers.push(layer);
    shape = layer.output;
  }
  return layers;
}

function transposed(context: Context, latent: Shape, hidden: number): Layer[] {
  const first = transposedConvolution(context, 'expand/hidden', latent, { channels: hidden, kernel: 3, stride: 2 });
  const second = transposedConvolution(context, 'expand/features', first.output, {
    channels: context.features[2],
    kernel: 4,
    stride: 2,
  });
  return [first, second];
}

function fromMatrix(context: Context, latent: Shape, side: number, width: number): Layer[] {
  const start: Shape = [EXPANSION_START, EXPANSION_START, width];
  return [
    dense(context, 'expand/matrix', latent, { output: start }),
    ...upscaleTo(context, 'bottleneck spatial', start, side, () => width),
  ];
}

function spread(context: Context, channels: number, side: number, width: number): Layer[] {
  const first = convolution(context, 'expand/spread', [EXPANSION_START, EXPANSION_START, channels], {
    channels: width * 2,
    kernel: 3,
  });
  return [first, ...upscaleTo(context, 'bottleneck spatial', first.output, side, () => width)];
}
