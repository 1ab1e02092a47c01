import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { cpu } from '../../src/backends/cpu.js';
import { wasm } from '../../src/backends/wasm.js';

beforeAll(async () => {
  await cpu.activate();
  await wasm.activate();
});

const runs = { numRuns: 60, seed: 7 };

type Padding = 'same' | 'valid' | number | [[number, number], [number, number], [number, number], [number, number]];

const padding: fc.Arbitrary<Padding> = fc.oneof(
  fc.constant<Padding>('same'),
  fc.constant<Padding>('valid'),
  fc.integer({ min: 0, max: 2 }),
  fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2)).map(
    ([t, b, l, r]): Padding => [
      [0, 0],
      [t, b],
      [l, r],
      [0, 0],
    ],
  ),
);
const pair = (max: number) => fc.tuple(fc.integer({ min: 1, max }), fc.integer({ min: 1, max }));

const convolution = fc
  .record({
    batch: fc.integer({ min: 1, max: 3 }),
    size: fc.tuple(fc.integer({ min: 6, max: 13 }), fc.integer({ min: 6, max: 13 })),
    inChannels: fc.integer({ min: 1, max: 19 }),
    outChannels: fc.integer({ min: 1, max: 19 }),
    filter: pair(5),
    strides: pair(3),
    pad: padding,
  })
  // tfjs takes the height's filter and stride for the width too where the padding is one number.
  .filter(
    ({ filter, strides, pad }) => typeof pad !== 'number' || (filter[0] === filter[1] && strides[0] === strides[1]),
  );

test('conv2d and its gradients on wasm equal those on cpu for any shape, stride and padding', async () => {
  await fc.assert(
    fc.asyncProperty(convolution, async ({ batch, size, inChannels, outChannels, filter, strides, pad }) => {
      await agree(
        (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad as 'same'),
        [batch, ...size, inChannels],
        [...filter, inChannels, outChannels],
      );
    }),
    runs,
  );
});

test('conv2dTranspose and its gradients on wasm equal those on cpu', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({ channels: pair(17), n: pair(7), filter: fc.integer({ min: 3, max: 4 }) }),
      async ({ channels: [inChannels, outChannels], n: [rows, columns], filter }) => {
        const out: [number, number, number, number] = [2, 2 * rows + filter - 2, 2 * columns + filter - 2, outChannels];
        await agree(
          (x, w) => tf.conv2dTranspose(x as tf.Tensor4D, w as tf.Tensor4D, out, 2, 'valid'),
          [2, rows, columns, inChannels],
          [filter, filter, outChannels, inChannels],
        );
      },
    ),
    { ...runs, numRuns: 30 },
  );
});

test('depthwise gradients on wasm equal those on cpu for any shape, stride, padding and multiplier', async () => {
  await fc.assert(
    fc.asyncProperty(convolution, fc.integer({ min: 1, max: 3 }), async (c, multiplier) => {
      await agree(
        (x, w) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, c.strides, c.pad as 'same'),
        [c.batch, ...c.size, c.inChannels],
        [...c.filter, c.inChannels, multiplier],
      );
    }),
    runs,
  );
});

test('dilated depthwise gradients on wasm equal those of the same filter spread out with zeros', async () => {
  // tfjs differentiates no dilated convolution and cpu's kernels ignore dilations: both sides are built by hand.
  await fc.assert(
    fc.asyncProperty(pair(3), pair(3), fc.integer({ min: 1, max: 9 }), async ([dh, dw], [fh, fw], channels) => {
      const shape = [2, 8, 7, channels];
      const filterShape = [fh, fw, channels, 2];
      const spread = (w: tf.Tensor) => {
        const rows = tf.slice(interleave(w, 0, dh), 0, (fh - 1) * dh + 1);
        return tf.slice(interleave(rows, 1, dw), [0, 0], [-1, (fw - 1) * dw + 1]);
      };
      const run = (dilations: [number, number], filter: tf.Tensor) => {
        const [x, dy] = [wave(shape, 1), wave([2, 8, 7, channels * 2], 3)];
        const attrs = { strides: 1, dilations, pad: 'same' };
        const { engine } = tf;
        return [
          engine().runKernel<tf.Tensor>(
            tf.DepthwiseConv2dNativeBackpropFilter,
            { x, dy },
            { ...attrs, filterShape: filter.shape },
          ),
          engine().runKernel<tf.Tensor>(
            tf.DepthwiseConv2dNativeBackpropInput,
            { dy, filter },
            { ...attrs, inputShape: shape },
          ),
        ];
      };
      const expected = await valuesOn('cpu', () => {
        const [full, dx] = run([1, 1], spread(wave(filterShape, 2))) as [tf.Tensor, tf.Tensor];
        const rows = tf.gather(full, tf.range(0, (fh - 1) * dh + 1, dh, 'int32'), 0);
        return [tf.gather(rows, tf.range(0, (fw - 1) * dw + 1, dw, 'int32'), 1), dx];
      });
      equal(expected, await valuesOn('wasm', () => run([dh, dw], wave(filterShape, 2))));
    }),
    { ...runs, numRuns: 30 },
  );
});

test('pooling gradients on wasm equal those on cpu', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(fc.integer({ min: 5, max: 9 }), fc.integer({ min: 5, max: 9 }), fc.integer({ min: 1, max: 5 })),
      pair(3),
      pair(3),
      fc.constantFrom('same' as const, 'valid' as const),
      async (shape, filter, strides, pad) => {
        const run = () => {
          const x = wave([2, ...shape], 1) as tf.Tensor4D;
          const each = [tf.maxPool, tf.avgPool].map((pool) =>
            tf.grad((x: tf.Tensor) => {
              const y = pool(x as tf.Tensor4D, filter, strides, pad);
              return tf.sum(tf.mul(y, wave(y.shape, 3)));
            })(x),
          );
          return each;
        };
        equal(await valuesOn('cpu', run), await valuesOn('wasm', run));
      },
    ),
    runs,
  );
});

test('a matrix product and its gradients on wasm equal those on cpu, transposed or not', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 })),
      fc.boolean(),
      fc.boolean(),
      async ([m, k, n], transposeA, transposeB) => {
        await agree(
          (a, b) => tf.matMul(a, b, transposeA, transposeB),
          transposeA ? [k, m] : [m, k],
          transposeB ? [n, k] : [k, n],
        );
      },
    ),
    runs,
  );
});

/** Value and both gradients of sum(f(x, w) * wave) on both backends. */
async function agree(f: (x: tf.Tensor, w: tf.Tensor) => tf.Tensor, xShape: number[], wShape: number[]): Promise<void> {
  const run = () => {
    const [x, w] = [wave(xShape, 1), wave(wShape, 2)];
    const y = f(x, w);
    const [dx, dw] = tf.grads((a: tf.Tensor, b: tf.Tensor) => tf.sum(tf.mul(f(a, b), wave(y.shape, 3))))([x, w]);
    return [y, dx as tf.Tensor, dw as tf.Tensor];
  };
  equal(await valuesOn('cpu', run), await valuesOn('wasm', run));
}

/** `n - 1` zeros after every element along an axis. */
function interleave(x: tf.Tensor, axis: number, n: number): tf.Tensor {
  const apart = [...x.shape];
  apart.splice(axis + 1, 0, 1);
  const padding = apart.map((_, i): [number, number] => (i === axis + 1 ? [0, n - 1] : [0, 0]));
  const shape = [...x.shape];
  shape[axis] = (shape[axis] as number) * n;
  return tf.reshape(tf.pad(tf.reshape(x, apart), padding), shape);
}

interface Values {
  readonly shape: number[];
  readonly values: Float32Array;
}

/** To 2e-5 of the largest value. */
function equal(expected: readonly Values[], received: readonly Values[]): void {
  expect(received.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
  for (const [i, { values }] of expected.entries()) {
    const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    const worst = values.reduce(
      (most, value, k) => Math.max(most, Math.abs(value - (received[i]?.values[k] ?? Number.POSITIVE_INFINITY))),
      0,
    );
    expect(worst / scale, `result ${i}`).toBeLessThan(2e-5);
  }
}

async function valuesOn(backend: string, f: () => tf.Tensor[]): Promise<Values[]> {
  await tf.setBackend(backend);
  const tensors = tf.tidy(f);
  const read = await Promise.all(
    tensors.map(async (t) => ({ shape: t.shape, values: (await t.data()) as Float32Array })),
  );
  tf.dispose(tensors);
  return read;
}

function wave(shape: readonly number[], phase: number): tf.Tensor {
  const values = Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, (_, i) => Math.sin(1.3 * i + phase));
  return tf.tensor(values, [...shape]);
}
