import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { expectAgreement, floats } from './both.js';
import { generator } from './network.js';

const pad = fc.oneof(
  fc.constantFrom('same' as const, 'valid' as const),
  fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2)),
);
const geometry = fc.record({
  seed: fc.integer({ min: 1, max: 1e6 }),
  batch: fc.integer({ min: 1, max: 3 }),
  height: fc.integer({ min: 4, max: 9 }),
  width: fc.integer({ min: 4, max: 9 }),
  from: fc.integer({ min: 1, max: 5 }),
  to: fc.integer({ min: 1, max: 12 }),
  filterHeight: fc.integer({ min: 1, max: 4 }),
  filterWidth: fc.integer({ min: 1, max: 4 }),
  strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  pad,
  dilations: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
});
type Case = typeof geometry extends fc.Arbitrary<infer T> ? T : never;

const tiled = fc.record({
  seed: fc.integer({ min: 1, max: 1e6 }),
  batch: fc.integer({ min: 1, max: 4 }),
  height: fc.integer({ min: 7, max: 19 }),
  width: fc.integer({ min: 7, max: 19 }),
  from: fc.integer({ min: 8, max: 20 }),
  to: fc.integer({ min: 7, max: 20 }),
  pad,
});

type Pad = 'same' | 'valid' | [[0, 0], [number, number], [number, number], [0, 0]];
const padOf = ({ pad }: Pick<Case, 'pad'>): Pad =>
  typeof pad === 'string'
    ? pad
    : [
        [0, 0],
        [pad[0], pad[1]],
        [pad[2], pad[3]],
        [0, 0],
      ];

const RUNS = { numRuns: 40, endOnFailure: true };

describe('convolutions agree with the cpu backend', () => {
  test('forward, with dilations where tfjs allows them', () =>
    fc.assert(
      fc.asyncProperty(geometry, async (c) => {
        const dilations = c.strides.every((stride) => stride === 1) ? c.dilations : ([1, 1] as [number, number]);
        const random = generator(c.seed);
        const inputs = [
          floats([c.batch, c.height, c.width, c.from], random),
          floats([c.filterHeight, c.filterWidth, c.from, c.to], random),
        ];
        if (isTooSmall(c, dilations)) return;
        await expectAgreement(
          (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, c.strides, padOf(c), 'NHWC', dilations),
          inputs,
        );
      }),
      RUNS,
    ));

  test('gradients of input and filter', () =>
    fc.assert(
      fc.asyncProperty(geometry, async (c) => {
        if (isTooSmall(c, [1, 1])) return;
        const random = generator(c.seed);
        const inputs = [
          floats([c.batch, c.height, c.width, c.from], random),
          floats([c.filterHeight, c.filterWidth, c.from, c.to], random),
        ];
        await expectAgreement((x, w) => {
          const loss = (x: tf.Tensor, w: tf.Tensor) =>
            tf.sum(tf.square(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, c.strides, padOf(c)))) as tf.Scalar;
          return tf.grads(loss)([x!, w!]);
        }, inputs);
      }),
      RUNS,
    ));

  // Large enough for minimal filtering; bias, activation and both gradients in one graph share its matrices.
  test('in tiles, with its gradients', () =>
    fc.assert(
      fc.asyncProperty(tiled, async (c) => {
        const random = generator(c.seed);
        const inputs = [
          floats([c.batch, c.height, c.width, c.from], random),
          floats([3, 3, c.from, c.to], random),
          floats([c.to], random),
        ];
        await expectAgreement((x, w, b) => {
          const run = (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor) =>
            tf.leakyRelu(tf.add(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, padOf(c)), b), 0.1);
          const gradients = tf.grads((x, w, b) => tf.sum(tf.square(run(x!, w!, b!))) as tf.Scalar);
          return [run(x!, w!, b!), ...gradients([x!, w!, b!])];
        }, inputs);
      }),
      { numRuns: 30, endOnFailure: true },
    ));

  test('transposed, with its gradients', () =>
    fc.assert(
      fc.asyncProperty(geometry, async (c) => {
        const random = generator(c.seed);
        const [sh, sw] = c.strides;
        const [kh, kw] = [c.filterHeight, c.filterWidth];
        const pad = typeof c.pad === 'string' ? c.pad : 'same';
        const [height, width] =
          pad === 'same' ? [c.height * sh, c.width * sw] : [(c.height - 1) * sh + kh, (c.width - 1) * sw + kw];
        const inputs = [floats([c.batch, c.height, c.width, c.from], random), floats([kh, kw, c.to, c.from], random)];
        await expectAgreement((x, w) => {
          const run = (x: tf.Tensor, w: tf.Tensor) =>
            tf.conv2dTranspose(x as tf.Tensor4D, w as tf.Tensor4D, [c.batch, height, width, c.to], c.strides, pad);
          return [run(x!, w!), ...tf.grads((x, w) => tf.sum(tf.square(run(x, w))) as tf.Scalar)([x!, w!])];
        }, inputs);
      }),
      RUNS,
    ));

  test('depthwise, with its gradients', () =>
    fc.assert(
      fc.asyncProperty(geometry, async (c) => {
        if (isTooSmall(c, [1, 1]) || typeof c.pad !== 'string') return;
        const random = generator(c.seed);
        const stride = c.strides[0];
        const inputs = [
          floats([c.batch, c.height, c.width, c.from], random),
          floats([c.filterHeight, c.filterWidth, c.from, 2], random),
        ];
        await expectAgreement((x, w) => {
          const run = (x: tf.Tensor, w: tf.Tensor) =>
            tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, c.pad as 'same' | 'valid');
          return [run(x!, w!), ...tf.grads((x, w) => tf.sum(tf.square(run(x, w))) as tf.Scalar)([x!, w!])];
        }, inputs);
      }),
      RUNS,
    ));

  test('pooling, with its gradients', () =>
    fc.assert(
      fc.asyncProperty(geometry, async (c) => {
        if (isTooSmall(c, [1, 1]) || typeof c.pad !== 'string') return;
        const inputs = [floats([c.batch, c.height, c.width, c.from], generator(c.seed))];
        const pad = c.pad;
        for (const pool of [tf.maxPool, tf.avgPool] as (typeof tf.maxPool)[]) {
          await expectAgreement((x) => {
            const run = (x: tf.Tensor) => pool(x as tf.Tensor4D, [c.filterHeight, c.filterWidth], c.strides, pad);
            return [run(x!), tf.grad((x) => tf.sum(tf.square(run(x))) as tf.Scalar)(x!)];
          }, inputs);
        }
      }),
      RUNS,
    ));
});

function isTooSmall(c: Case, [dh, dw]: readonly [number, number]): boolean {
  const [th, tw] = [(c.filterHeight - 1) * dh + 1, (c.filterWidth - 1) * dw + 1];
  return th > c.height || tw > c.width;
}
