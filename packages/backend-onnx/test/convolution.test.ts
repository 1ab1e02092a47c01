import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { expectAgreement, expectEquivalence, floats, frozen } from './both.js';
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

/** Large enough to be multiplied in tiles: at unit strides, and by fives that move on by two. */
const tiled = fc.oneof(
  fc.record({
    ...{
      seed: fc.integer({ min: 1, max: 1e6 }),
      batch: fc.constant(4),
      filter: fc.constant(3),
      stride: fc.constant(1),
    },
    ...{ height: fc.integer({ min: 16, max: 19 }), width: fc.integer({ min: 16, max: 19 }) },
    ...{ from: fc.integer({ min: 104, max: 112 }), to: fc.integer({ min: 104, max: 112 }), pad },
  }),
  fc.record({
    ...{
      seed: fc.integer({ min: 1, max: 1e6 }),
      batch: fc.constant(4),
      filter: fc.constant(5),
      stride: fc.constant(2),
    },
    ...{ height: fc.integer({ min: 35, max: 37 }), width: fc.integer({ min: 35, max: 37 }) },
    ...{ from: fc.integer({ min: 33, max: 36 }), to: fc.integer({ min: 64, max: 70 }), pad },
  }),
);

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
        const [x, w] = operands(c);
        if (isTooSmall(c, dilations)) return;
        await expectAgreement(
          (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, c.strides, padOf(c), 'NHWC', dilations),
          [x, w],
        );
      }),
      RUNS,
    ));

  test('with a filter that never changes, and the gradient of the input', () =>
    fc.assert(
      fc.asyncProperty(geometry, async (c) => {
        if (isTooSmall(c, [1, 1])) return;
        const inputs = operands(c);
        const program = (x?: tf.Tensor, w?: tf.Tensor, b?: tf.Tensor) => {
          const run = (x: tf.Tensor) =>
            tf.add(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, c.strides, padOf(c)), b!) as tf.Tensor4D;
          return [run(x!), tf.grad((x) => tf.sum(tf.square(run(x))) as tf.Scalar)(x!)];
        };
        await expectAgreement(frozen(program, 1, 2), inputs);
      }),
      RUNS,
    ));

  // Every way that a filter known beforehand allows: 4x4 and 2x2 tiles, blocks of pixels, few outputs, onnxruntime's own.
  test.each([
    { batch: 2, side: 18, from: 64, to: 96, filter: 3, stride: 1 },
    { batch: 1, side: 8, from: 256, to: 512, filter: 3, stride: 1 },
    { batch: 4, side: 32, from: 64, to: 128, filter: 5, stride: 2 },
    { batch: 2, side: 21, from: 16, to: 3, filter: 5, stride: 1 },
    { batch: 2, side: 20, from: 3, to: 16, filter: 5, stride: 2 },
  ])('a filter that never changes: $batch x $side², $from to $to channels, $filter² by $stride', async (c) => {
    const sides = { height: c.side, width: c.side, filterHeight: c.filter, filterWidth: c.filter };
    const inputs = operands({ ...c, ...sides, seed: 7 });
    for (const pad of ['same', 'valid'] as const) {
      const program =
        (convolve: (x: tf.Tensor4D, w: tf.Tensor4D) => tf.Tensor) => (x?: tf.Tensor, w?: tf.Tensor, b?: tf.Tensor) =>
          tf.leakyRelu(tf.add(convolve(x as tf.Tensor4D, w as tf.Tensor4D), b!), 0.1);
      await expectEquivalence(
        frozen(
          program((x, w) => tf.conv2d(x, w, c.stride, pad)),
          1,
          2,
        ),
        program((x, w) => byTaps(x, w, c.stride, pad)),
        inputs,
        4e-5,
      );
    }
  });

  test('gradients of input and filter', () =>
    fc.assert(
      fc.asyncProperty(geometry, async (c) => {
        if (isTooSmall(c, [1, 1])) return;
        const [x, w] = operands(c);
        await expectAgreement(
          (x, w) => {
            const loss = (x: tf.Tensor, w: tf.Tensor) =>
              tf.sum(tf.square(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, c.strides, padOf(c)))) as tf.Scalar;
            return tf.grads(loss)([x!, w!]);
          },
          [x, w],
        );
      }),
      RUNS,
    ));

  // Bias, activation and both gradients in one graph share the transformed matrices.
  test('in tiles, with its gradients', () =>
    fc.assert(
      fc.asyncProperty(tiled, async (c) => {
        const inputs = operands({ ...c, filterHeight: c.filter, filterWidth: c.filter });
        const program =
          (convolve: (x: tf.Tensor4D, w: tf.Tensor4D) => tf.Tensor) =>
          (x?: tf.Tensor, w?: tf.Tensor, b?: tf.Tensor) => {
            const run = (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor) =>
              tf.leakyRelu(tf.add(convolve(x as tf.Tensor4D, w as tf.Tensor4D), b), 0.1);
            const gradients = tf.grads((x, w, b) => tf.sum(tf.square(run(x!, w!, b!))) as tf.Scalar);
            return [run(x!, w!, b!), ...gradients([x!, w!, b!])];
          };
        await expectEquivalence(
          program((x, w) => tf.conv2d(x, w, c.stride, padOf(c))),
          program((x, w) => byTaps(x, w, c.stride, padOf(c))),
          inputs,
        );
      }),
      { numRuns: 24, endOnFailure: true },
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

type Sizes = Omit<Case, 'strides' | 'pad' | 'dilations'>;

/** Pictures, filter and bias. */
function operands({ seed, batch, height, width, filterHeight, filterWidth, from, to }: Sizes) {
  const random = generator(seed);
  return [
    floats([batch, height, width, from], random),
    floats([filterHeight, filterWidth, from, to], random),
    floats([to], random),
  ] as const;
}

function isTooSmall(c: Case, [dh, dw]: readonly [number, number]): boolean {
  const [th, tw] = [(c.filterHeight - 1) * dh + 1, (c.filterWidth - 1) * dw + 1];
  return th > c.height || tw > c.width;
}

/** The definition of a convolution: for each tap a product of the pixels it meets with its matrix. */
function byTaps(x: tf.Tensor4D, w: tf.Tensor4D, stride: number, pad: Pad): tf.Tensor {
  const [kh, kw] = w.shape;
  const [rows, columns] = [1, 2].map((axis) => {
    const [length, k] = [x.shape[axis]!, w.shape[axis - 1]!];
    if (typeof pad === 'object') return pad[axis]!;
    const all = pad === 'valid' ? 0 : Math.max(0, (Math.ceil(length / stride) - 1) * stride + k - length);
    return [Math.floor(all / 2), all - Math.floor(all / 2)] as [number, number];
  }) as [[number, number], [number, number]];
  const [height, width] = [rows, columns].map(
    ([before, after], axis) => Math.floor((x.shape[axis + 1]! + before + after - w.shape[axis]!) / stride) + 1,
  ) as [number, number];
  // As many behind as whole strides need.
  const behind = ([before, after]: [number, number]): [number, number] => [before, after + stride];
  const padded = tf.pad(x, [[0, 0], behind(rows), behind(columns), [0, 0]]);
  const [n, , , from] = x.shape;
  const products: tf.Tensor[] = [];
  for (let i = 0; i < kh; i++) {
    for (let j = 0; j < kw; j++) {
      const reached = tf.slice(padded, [0, i, j, 0], [n, height * stride, width * stride, from]);
      const strides = tf.reshape(reached, [n, height, stride, width, stride * from]);
      const met = tf.slice(strides, [0, 0, 0, 0, 0], [n, height, 1, width, from]);
      const flat = tf.reshape(met, [-1, from]);
      const matrix = tf.reshape(tf.slice(w, [i, j, 0, 0], [1, 1, -1, -1]), [w.shape[2], w.shape[3]]);
      products.push(tf.reshape(tf.matMul(flat, matrix), [n, height, width, w.shape[3]]));
    }
  }
  return tf.addN(products);
}
