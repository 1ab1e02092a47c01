import { expect, test } from 'vitest';
import { mosaic } from '../../src/run/mosaic.js';

/** A grey picture as RGB. */
const grey = (values: readonly number[]) => Uint8Array.from(values.flatMap((value) => [value, value, value]));

test('each cell has the mean colour of its part', () => {
  const picture = grey([0, 10, 20, 30, 10, 20, 30, 40, 100, 100, 0, 0, 100, 100, 0, 255]);
  expect(mosaic(picture, 4, 2)).toEqual(grey([10, 10, 30, 30, 10, 10, 30, 30, 100, 100, 64, 64, 100, 100, 64, 64]));
});

test('one cell is the mean of all, as many cells as pixels change nothing', () => {
  const picture = grey([0, 2, 4, 6, 8, 10, 12, 14, 16]);
  expect(mosaic(picture, 3, 1)).toEqual(grey(Array(9).fill(8)));
  expect(mosaic(picture, 3, 3)).toEqual(picture);
});

test('where cells do not divide the picture, pixels go to the nearest cell', () => {
  expect(mosaic(grey([0, 0, 0, 0, 0, 9, 9, 9, 9]), 3, 2).filter((_, i) => i % 3 === 0)).toHaveLength(9);
  // Columns 0 and 1 of 3: centres at 1/6, 3/6 and 5/6, so the middle one belongs to the second of two cells.
  const [left, middle, right] = [0, 1, 2].map((i) => mosaic(grey([10, 20, 40, 10, 20, 40, 10, 20, 40]), 3, 2)[i * 3]);
  expect([left, middle, right]).toEqual([10, 30, 30]);
});
