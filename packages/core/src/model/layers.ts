import * as tf from '@tensorflow/tfjs';
import type { LayerDescription, RunContext, Shape, Weights } from '../contracts/index.js';

/** A building block with its variables under 'name/kernel' and 'name/bias'. */
export interface Layer {
  readonly weights: Weights;
  readonly output: Shape;
  readonly description: LayerDescription;
  apply(x: tf.Tensor4D): tf.Tensor4D;
}

export type Activation = 'linear' | 'leaky-relu' | 'sigmoid';

/** Slope of every LeakyReLU here, as in the peers' autoencoders. */
export const NEGATIVE_SLOPE = 0.1;

interface ConvolutionOptions {
  readonly channels: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly padding?: 'same' | 'valid';
  readonly activation?: Activation;
}

/** kernel x kernel convolution with bias. */
export function convolution(context: RunContext, name: string, input: Shape, options: ConvolutionOptions): Layer {
  const { channels, kernel, stride = 1, padding = 'same', activation = 'leaky-relu' } = options;
  const output: Shape = [
    convolvedLength(input[0], kernel, stride, padding),
    convolvedLength(input[1], kernel, stride, padding),
    channels,
  ];
  const fanIn = kernel * kernel * input[2];
  const weights = affine(context, name, [kernel, kernel, input[2], channels], channels, fanIn);
  return {
    weights,
    output,
    description: describe(name, output, weights, output[0] * output[1] * channels * fanIn),
    apply: (x) =>
      activate(tf.add(tf.conv2d(x, kernelOf(weights, name), stride, padding), biasOf(weights, name)), activation),
  };
}

/** Transposed convolution, 'valid': length n becomes (n - 1) * stride + kernel. */
export function transposedConvolution(
  context: RunContext,
  name: string,
  input: Shape,
  options: {
    readonly channels: number;
    readonly kernel: number;
    readonly stride: number;
    readonly activation?: Activation;
  },
): Layer {
  const { channels, kernel, stride, activation = 'leaky-relu' } = options;
  const output: Shape = [(input[0] - 1) * stride + kernel, (input[1] - 1) * stride + kernel, channels];
  // Each output pixel is reached by (kernel / stride)^2 positions of the input.
  const fanIn = Math.max(1, (kernel / stride) ** 2) * input[2];
  const weights = affine(context, name, [kernel, kernel, channels, input[2]], channels, fanIn);
  return {
    weights,
    output,
    description: describe(name, output, weights, input[0] * input[1] * input[2] * kernel * kernel * channels),
    apply: (x) => {
      const y = tf.conv2dTranspose(x, kernelOf(weights, name), [x.shape[0], ...output], stride, 'valid');
      return activate(tf.add(y, biasOf(weights, name)), activation);
    },
  };
}

/** Flattens [batch, rows, columns, channels], multiplies by one matrix, shapes the result into `output`. */
export function dense(
  context: RunContext,
  name: string,
  input: Shape,
  options: { readonly output: Shape; readonly activation?: Activation },
): Layer {
  const { output, activation = 'leaky-relu' } = options;
  const [from, to] = [size(input), size(output)];
  const weights: Weights = {
    [`${name}/kernel`]: context.variable(`${name}/kernel`, [from, to], {
      use: 'he-normal',
      fanIn: from,
      negativeSlope: activation === 'leaky-relu' ? NEGATIVE_SLOPE : 1,
    }),
    [`${name}/bias`]: context.variable(`${name}/bias`, [to], { use: 'constant', value: 0 }),
  };
  return {
    weights,
    output,
    description: describe(name, output, weights, from * to),
    apply: (x) => {
      const flat = tf.matMul(tf.reshape(x, [x.shape[0], from]), weights[`${name}/kernel`] as tf.Tensor2D);
      return activate(tf.reshape(tf.add(flat, biasOf(weights, name)), [x.shape[0], ...output]), activation);
    },
  };
}

/** Convolution to four times the channels, then depth to space: doubles rows and columns (Shi et al. 2016). */
export function upscale(
  context: RunContext,
  name: string,
  input: Shape,
  options: { readonly channels: number; readonly kernel?: number; readonly activation?: Activation },
): Layer {
  const { channels, kernel = 3, activation = 'leaky-relu' } = options;
  const inner = convolution(context, name, input, { channels: channels * 4, kernel, activation });
  const output: Shape = [input[0] * 2, input[1] * 2, channels];
  return {
    weights: inner.weights,
    output,
    description: { ...inner.description, output },
    apply: (x) => depthToSpace(inner.apply(x)),
  };
}

/** Layers one after another. */
export function sequence(layers: readonly Layer[]): {
  readonly weights: Weights;
  readonly layers: readonly LayerDescription[];
  readonly output: Shape;
  apply(x: tf.Tensor4D): tf.Tensor4D;
} {
  const last = layers.at(-1);
  if (last === undefined) throw new RangeError('A sequence needs at least one layer.');
  return {
    weights: Object.assign({}, ...layers.map((layer) => layer.weights)),
    layers: layers.map((layer) => layer.description),
    output: last.output,
    apply: (x) => layers.reduce((h, layer) => layer.apply(h), x),
  };
}

/**
 * Blocks of 2x2 pixels from groups of four channels: [b, h, w, 4c] -> [b, 2h, 2w, c]. tfjs has no gradient for
 * DepthToSpace, so it is written as reshape, transpose, reshape.
 */
export function depthToSpace(x: tf.Tensor4D): tf.Tensor4D {
  const [batch, rows, columns, channels] = x.shape;
  const blocks = tf.reshape(x, [batch, rows, columns, 2, 2, channels / 4]);
  return tf.reshape(tf.transpose(blocks, [0, 1, 3, 2, 4, 5]), [batch, rows * 2, columns * 2, channels / 4]);
}

export function activate<T extends tf.Tensor>(x: T, activation: Activation): T {
  if (activation === 'leaky-relu') return tf.leakyRelu(x, NEGATIVE_SLOPE) as T;
  if (activation === 'sigmoid') return tf.sigmoid(x);
  return x;
}

export function size(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

function convolvedLength(length: number, kernel: number, stride: number, padding: 'same' | 'valid'): number {
  return padding === 'same' ? Math.ceil(length / stride) : Math.floor((length - kernel) / stride) + 1;
}

function affine(context: RunContext, name: string, shape: readonly number[], channels: number, fanIn: number): Weights {
  return {
    [`${name}/kernel`]: context.variable(`${name}/kernel`, shape, {
      use: 'he-normal',
      fanIn,
      negativeSlope: NEGATIVE_SLOPE,
    }),
    [`${name}/bias`]: context.variable(`${name}/bias`, [channels], { use: 'constant', value: 0 }),
  };
}

function kernelOf(weights: Weights, name: string): tf.Tensor4D {
  return weights[`${name}/kernel`] as unknown as tf.Tensor4D;
}

function biasOf(weights: Weights, name: string): tf.Tensor1D {
  return weights[`${name}/bias`] as unknown as tf.Tensor1D;
}

function describe(name: string, output: Shape, weights: Weights, macs: number): LayerDescription {
  const parameters = Object.values(weights).reduce((sum, variable) => sum + variable.size, 0);
  return { name, output, parameters, macs };
}
