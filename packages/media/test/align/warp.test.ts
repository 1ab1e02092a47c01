import { expect, test } from 'vitest';
import { crop, samplePlane } from '../../src/align/warp.js';
import type { Raster } from '../../src/contracts.js';

function drawn(width: number, height: number, colour: (column: number, row: number) => number): Raster {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) data.fill(colour(i % width, Math.floor(i / width)), 3 * i, 3 * i + 3);
  return { width, height, data };
}

const grey = ({ data }: Raster) => Array.from({ length: data.length / 3 }, (_, i) => data[3 * i]);

test('the identity changes no bit', () => {
  const picture = drawn(9, 9, (column, row) => (column * 37 + row * 91) % 256);
  expect(crop(picture, { a: 1, b: 0, x: 0, y: 0 }, 9)).toEqual(picture);
});

test('a quarter turn moves pixels to pixels', () => {
  const picture = drawn(4, 4, (column, row) => 16 * row + column);
  // (u, v) -> (4 - v, u): rows of the crop are columns of the picture, from its right.
  const turned = crop(picture, { a: 0, b: 1, x: 4, y: 0 }, 4);
  expect(grey(turned).slice(0, 4)).toEqual([3, 19, 35, 51]);
});

test('between pixels a ramp stays a ramp', () => {
  const picture = drawn(16, 16, (column) => 10 * column);
  const shifted = crop(picture, { a: 1, b: 0, x: 4.5, y: 4 }, 6);
  expect(grey(shifted).slice(0, 6)).toEqual([45, 55, 65, 75, 85, 95]);
  const enlarged = crop(picture, { a: 0.5, b: 0, x: 4, y: 4 }, 6);
  // Middles lie at 4.25, 4.75, ...; pixel c holds 10 c at c + 0.5.
  expect(grey(enlarged).slice(0, 6)).toEqual([38, 43, 48, 53, 58, 63]);
});

test('shrinking averages: a chessboard becomes grey, not one of its colours', () => {
  const picture = drawn(64, 64, (column, row) => ((column + row) % 2) * 255);
  const values = grey(crop(picture, { a: 8, b: 0, x: 0, y: 0 }, 8));
  for (const value of values) expect(Math.abs(value! - 127.5)).toBeLessThan(3);
});

test('outside of the picture its border goes on', () => {
  const picture = drawn(4, 4, () => 77);
  expect(new Set(crop(picture, { a: 1, b: 0.3, x: -20, y: 30 }, 5).data)).toEqual(new Set([77]));
});

test('a plane is 0 outside, linear between the middles of its pixels', () => {
  const plane = Float32Array.from([0, 1, 2, 3]);
  expect(samplePlane(plane, 2, 0.5, 0.5)).toBe(0);
  expect(samplePlane(plane, 2, 1, 1)).toBe(1.5);
  expect(samplePlane(plane, 2, 1.5, 2)).toBe(1.5);
  expect(samplePlane(plane, 2, -0.5, 1)).toBe(0);
  expect(samplePlane(plane, 2, 1, 9)).toBe(0);
});
