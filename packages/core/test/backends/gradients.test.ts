import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { cpu } from '../../src/backends/cpu.js';
import { presentBackends } from './present.js';

const backends = await presentBackends();

/** Everything that models, losses and their recognisers differentiate. x is [2, 6, 6, 4] unless said. */
const functions: Readonly<Record<string, { shape?: number[]; f: (x: tf.Tensor) => tf.Tensor }>> = {
  'conv2d, stride 1, same': { f: (x) => tf.conv2d(x as tf.Tensor4D, wave4([3, 3, 4, 8], 2), 1, 'same') },
  'conv2d, stride 2, same': { f: (x) => tf.conv2d(x as tf.Tensor4D, wave4([5, 5, 4, 8], 2), 2, 'same') },
  'conv2d, stride 2, valid': { f: (x) => tf.conv2d(x as tf.Tensor4D, wave4([3, 3, 4, 5], 2), 2, 'valid') },
  'conv2d, 1x1': { f: (x) => tf.conv2d(x as tf.Tensor4D, wave4([1, 1, 4, 5], 2), 1, 'same') },
  'conv2d in its filter': {
    shape: [3, 3, 4, 8],
    f: (w) => tf.conv2d(wave4([2, 7, 7, 4], 3), w as tf.Tensor4D, 2, 'same'),
  },
  'conv2dTranspose, 4x4, stride 2': {
    f: (x) => tf.conv2dTranspose(x as tf.Tensor4D, wave4([4, 4, 3, 4], 2), [2, 14, 14, 3], 2, 'valid'),
  },
  'conv2dTranspose in its filter': {
    shape: [3, 3, 5, 4],
    f: (w) => tf.conv2dTranspose(wave4([2, 3, 3, 4], 3), w as tf.Tensor4D, [2, 7, 7, 5], 2, 'valid'),
  },
  depthwiseConv2d: { f: (x) => tf.depthwiseConv2d(x as tf.Tensor4D, wave4([3, 3, 4, 1], 2), 2, 'same') },
  'depthwiseConv2d in its filter': {
    shape: [3, 3, 4, 2],
    f: (w) => tf.depthwiseConv2d(wave4([2, 6, 6, 4], 3), w as tf.Tensor4D, 1, 'valid'),
  },
  'dense with bias': { f: (x) => tf.add(tf.matMul(tf.reshape(x, [2, 144]), wave([144, 10], 2)), wave([10], 3)) },
  'matMul, transposed': { shape: [7, 5], f: (x) => tf.matMul(x, wave([7, 6], 2), true, false) },
  'batched matMul': { shape: [2, 5, 7], f: (x) => tf.matMul(x, wave([2, 6, 7], 2), false, true) },
  'adding a bias': { shape: [4], f: (b) => tf.add(wave([2, 6, 6, 4], 2), b) },
  'pixel shuffle': {
    f: (x) => tf.reshape(tf.transpose(tf.reshape(x, [2, 6, 6, 2, 2, 1]), [0, 1, 3, 2, 4, 5]), [2, 12, 12, 1]),
  },
  'crop and resize by two matrices': {
    f: (x) => {
      const rows = tf.matMul(wave([3, 6], 4), tf.reshape(tf.transpose(x, [1, 0, 2, 3]), [6, 48]));
      return tf.reshape(rows, [3, 2, 6, 4]);
    },
  },
  leakyRelu: { f: (x) => tf.leakyRelu(x, 0.1) },
  relu: { f: (x) => tf.relu(x) },
  prelu: { f: (x) => tf.prelu(x, wave([4], 2)) },
  elu: { f: (x) => tf.elu(x) },
  sigmoid: { f: (x) => tf.sigmoid(x) },
  tanh: { f: (x) => tf.tanh(x) },
  softplus: { f: (x) => tf.softplus(x) },
  logSoftmax: { shape: [6, 5], f: (x) => tf.logSoftmax(x) },
  'abs, exp, log, sqrt, square, pow': {
    f: (x) => {
      const positive = tf.add(tf.abs(x), 0.5);
      return tf.add(tf.add(tf.exp(x), tf.log(positive)), tf.mul(tf.sqrt(positive), tf.pow(positive, 1.7)));
    },
  },
  'moments per channel': { f: (x) => momentsOf(x, [0, 1, 2]) },
  'moments per cell': { f: (x) => momentsOf(x, [0]) },
  'division and norm': { f: (x) => tf.div(x, tf.add(tf.norm(x, 2, [3], true), 0.1)) },
  avgPool: { f: (x) => tf.avgPool(x as tf.Tensor4D, 2, 2, 'valid') },
  maxPool: { f: (x) => tf.maxPool(x as tf.Tensor4D, 3, 2, 'valid') },
  'slice, concat, split, pad': {
    f: (x) => {
      const [a, b] = tf.split(x, 2, 0) as [tf.Tensor4D, tf.Tensor4D];
      return tf.pad(
        tf.concat(
          [
            b,
            tf.slice(a, [0, 1, 1, 0], [1, 5, 5, 4]).pad([
              [0, 0],
              [0, 1],
              [1, 0],
              [0, 0],
            ]),
          ],
          3,
        ),
        [
          [0, 0],
          [1, 2],
          [0, 1],
          [0, 0],
        ],
      );
    },
  },
  gather: { shape: [6, 3], f: (x) => tf.gather(x, tf.tensor1d([1, 4, 4, 0], 'int32')) },
  'cumsum, tile, stack': { shape: [4, 3], f: (x) => tf.stack([tf.cumsum(x, 1), tf.tile(x, [1, 1])]) },
  'maximum and minimum': { f: (x) => tf.sub(tf.maximum(x, 0.1), tf.minimum(x, wave([4], 2))) },
  resizeBilinear: { f: (x) => tf.image.resizeBilinear(x as tf.Tensor4D, [9, 9]) },
};

describe.each(backends)('$name', (provider) => {
  beforeAll(() => provider.activate());

  test.each(Object.entries(functions))('%s: the gradient is that of cpu and of a finite difference', async (_, one) => {
    const shape = one.shape ?? [2, 6, 6, 4];
    const scalar = (x: tf.Tensor) => {
      const y = one.f(x);
      return tf.sum(tf.mul(y, wave(y.shape, 9))) as tf.Scalar;
    };
    const measure = async () => {
      const [value, gradient] = tf.tidy(() => {
        const x = wave(shape, 1);
        return [scalar(x), tf.grad(scalar)(x)];
      });
      const read = [await (value as tf.Tensor).data(), await (gradient as tf.Tensor).data()] as const;
      tf.dispose([value as tf.Tensor, gradient as tf.Tensor]);
      return read;
    };
    await cpu.activate();
    const [value, gradient] = await measure();
    await provider.activate();
    const before = tf.memory().numTensors;
    const [theirs, slopes] = await measure();
    expect(tf.memory().numTensors).toBe(before);
    const scale = Math.max(1, ...gradient.map(Math.abs));
    expect(Math.abs((theirs[0] as number) - (value[0] as number))).toBeLessThan(1e-4 * scale);
    expect(worst(slopes, gradient)).toBeLessThan(1e-4 * scale);

    // Along a direction in which the gradient is large, by central difference.
    const step = 2e-3;
    const norm = Math.hypot(...slopes);
    const moved = async (sign: number) => {
      const y = tf.tidy(() => scalar(tf.add(wave(shape, 1), tf.mul(tf.tensor(slopes, shape), (sign * step) / norm))));
      const [v] = await y.data();
      y.dispose();
      return v as number;
    };
    const difference = ((await moved(1)) - (await moved(-1))) / (2 * step);
    expect(Math.abs(difference / norm - 1)).toBeLessThan(0.03);
  });

  test('R1, a gradient of a gradient, agrees with finite differences', async () => {
    // relu(x) - 0.2 relu(-x): LeakyReLU itself is not differentiable twice in tfjs.
    const bent = (x: tf.Tensor) => tf.sub(tf.relu(x), tf.mul(0.2, tf.relu(tf.neg(x))));
    const kernel = tf.variable(tf.mul(wave([3, 3, 4, 8], 1), 0.4));
    const z = wave4([2, 7, 7, 4], 2);
    const last = wave4([1, 1, 8, 2], 3);
    const critic = (z: tf.Tensor) =>
      tf.mean(
        tf.conv2d(
          bent(tf.conv2d(z as tf.Tensor4D, kernel as unknown as tf.Tensor4D, 2, 'same')) as tf.Tensor4D,
          last,
          1,
          'same',
        ),
      );
    const penalty = () => tf.mul(1e4, tf.sum(tf.square(tf.grad(critic)(z)))) as tf.Scalar;
    const { value, grads } = tf.variableGrads(penalty, [kernel]);
    const slopes = (await (grads[kernel.name] as tf.Tensor).data()) as Float32Array;
    const start = (await kernel.data()).slice();
    const norm = Math.hypot(...slopes);
    const at = async (sign: number) => {
      const moved = start.map((w, i) => w + (sign * 1e-3 * (slopes[i] as number)) / norm);
      tf.tidy(() => kernel.assign(tf.tensor(moved, kernel.shape)));
      const y = tf.tidy(penalty);
      const [v] = await y.data();
      y.dispose();
      return v as number;
    };
    const difference = ((await at(1)) - (await at(-1))) / 2e-3;
    expect(Math.abs(difference / norm - 1)).toBeLessThan(0.05);
    tf.dispose([kernel, z, last, value, ...Object.values(grads)]);
  });
});

function momentsOf(x: tf.Tensor, axes: number[]): tf.Tensor {
  const { mean, variance } = tf.moments(x, axes);
  return tf.concat([tf.reshape(mean, [-1]), tf.reshape(variance, [-1])]);
}

function worst(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs((a[i] as number) - (b[i] as number)));
  return most;
}

function wave(shape: readonly number[], phase: number): tf.Tensor {
  const values = Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, (_, i) => Math.sin(1.3 * i + phase));
  return tf.tensor(values, [...shape]);
}

function wave4(shape: readonly number[], phase: number): tf.Tensor4D {
  return wave(shape, phase) as tf.Tensor4D;
}
