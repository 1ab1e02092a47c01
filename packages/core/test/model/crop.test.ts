import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { boxByFrame, crop, sampling } from '../../src/model/crop.js';

beforeAll(() => tf.setBackend('cpu'));

type Frame = Parameters<typeof boxByFrame>[0];

const TEMPLATE: Frame = [
  [0.3, 0.3],
  [0.7, 0.3],
  [0.5, 0.5],
  [0.4, 0.7],
  [0.6, 0.7],
];

test.each([
  { left: 0, top: 0, side: 1 },
  { left: 0.2, top: 0.3, side: 0.5 },
  { left: -0.2, top: -0.1, side: 1.4 },
])('the square whose points lie as the template: $left, $top, $side', ({ left, top, side }) => {
  const box = boxByFrame(
    TEMPLATE.map(([x, y]) => [left + side * x, top + side * y]),
    TEMPLATE,
  );
  expect(box.left).toBeCloseTo(left, 9);
  expect(box.top).toBeCloseTo(top, 9);
  expect(box.right).toBeCloseTo(left + side, 9);
  expect(box.bottom).toBeCloseTo(top + side, 9);
});

test('a frame of another shape: the scale of least squares', () => {
  // Half as high about the middle: squares of x sum to 0.1, those of y to 0.16, by hand. (0.1 + 0.16 / 2) / 0.26.
  const { left, right } = boxByFrame(
    TEMPLATE.map(([x, y]) => [x, 0.5 + (y - 0.5) / 2]),
    TEMPLATE,
  );
  expect(right - left).toBeCloseTo(0.18 / 0.26, 9);
});

test('samples of an interval: bilinear, and the mean where several pixels fall on one', () => {
  expect(sampling(4, 4, 0, 1)).toEqual([
    [1, 0, 0, 0],
    [0, 1, 0, 0],
    [0, 0, 1, 0],
    [0, 0, 0, 1],
  ]);
  expect(sampling(4, 2, 0.25, 0.75)).toEqual([
    [0, 1, 0, 0],
    [0, 0, 1, 0],
  ]);
  expect(sampling(4, 2, 0, 1)).toEqual([
    [0.5, 0.5, 0, 0],
    [0, 0, 0.5, 0.5],
  ]);
});

test('rows and columns of a box are cut each for itself', async () => {
  // Value 10 row + column of 4 x 4: the box holds rows 2 and 3, columns 1 and 2.
  const picture = tf.tensor4d(
    Array.from({ length: 16 }, (_, i) => 10 * Math.floor(i / 4) + (i % 4)),
    [1, 4, 4, 1],
  );
  const part = crop(picture, { left: 0.25, right: 0.75, top: 0.5, bottom: 1 }, 2, 2);
  expect([...(await part.data())]).toEqual([21, 22, 31, 32]);
});
