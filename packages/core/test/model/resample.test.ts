import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { averagePooling, bilinear, resample } from '../../src/model/resample.js';

beforeAll(() => tf.setBackend('cpu'));

test('average pooling weighs by overlap: worked out by hand for 8 -> 3 and 4 -> 2', () => {
  expect(averagePooling(4, 2)).toEqual([
    [0.5, 0.5, 0, 0],
    [0, 0, 0.5, 0.5],
  ]);
  const [first] = averagePooling(8, 3);
  // The first third of eight cells: two whole ones and two thirds of the next.
  for (const [i, share] of [3 / 8, 3 / 8, 2 / 8, 0, 0, 0, 0, 0].entries()) expect(first?.[i]).toBeCloseTo(share, 12);
});

test('bilinear samples half-pixel centres: worked out by hand for 2 -> 4', () => {
  expect(bilinear(2, 4)).toEqual([
    [1, 0],
    [0.75, 0.25],
    [0.25, 0.75],
    [0, 1],
  ]);
});

test('from one cell everything is that cell', () => {
  expect(bilinear(1, 3)).toEqual([[1], [1], [1]]);
});

test.each([1, 2, 3, 5, 7, 8])('a constant picture stays constant through 8 -> %i -> 8', (n) => {
  for (const rows of [averagePooling(8, n), bilinear(n, 8)]) {
    for (const row of rows) expect(row.reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 12);
  }
});

test('rows and columns are mapped apart, channels are left alone', async () => {
  const x = tf.tensor4d([1, 10, 2, 20, 3, 30, 4, 40], [1, 2, 2, 2]);
  const y = resample(
    x,
    [[0.5, 0.5]],
    [
      [1, 0],
      [0, 1],
      [0.5, 0.5],
    ],
  );
  expect(y.shape).toEqual([1, 1, 3, 2]);
  expect([...(await y.data())]).toEqual([2, 20, 3, 30, 2.5, 25]);
});

test('the gradient is that of finite differences', async () => {
  const values = Float32Array.from({ length: 2 * 5 * 5 * 2 }, (_, i) => Math.sin(i));
  const weights = tf.tensor4d(
    Float32Array.from({ length: 2 * 3 * 3 * 2 }, (_, i) => Math.cos(i)),
    [2, 3, 3, 2],
  );
  const loss = (x: tf.Tensor) =>
    tf.sum(tf.mul(tf.square(resample(x as tf.Tensor4D, averagePooling(5, 3), bilinear(5, 3))), weights)) as tf.Scalar;
  const gradient = await tf
    .grad(loss)(tf.tensor4d(values, [2, 5, 5, 2]))
    .data();
  for (const i of [0, 17, 41, 99]) {
    const at = async (change: number) => {
      const moved = values.slice();
      moved[i] = (moved[i] as number) + change;
      return (await loss(tf.tensor4d(moved, [2, 5, 5, 2])).data())[0] as number;
    };
    expect(gradient[i]).toBeCloseTo(((await at(0.05)) - (await at(-0.05))) / 0.1, 3);
  }
});
