import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import type { Detection, Point } from '../../src/contracts.js';
import { decode } from '../../src/detect/anchors.js';
import { distinct, overlap } from '../../src/detect/overlap.js';
import { tilesOf } from '../../src/detect/tiles.js';

await tf.setBackend('cpu');

/** What the network would say of faces at these anchors, all others far from being faces. */
function outputOf(faces: readonly { anchor: number; values: readonly number[]; logit: number }[]): Float32Array {
  const output = new Float32Array(896 * 17).fill(0);
  output.fill(-20, 0, 896);
  for (const { anchor, values, logit } of faces) {
    output[anchor] = logit;
    output.set(values, 896 + 16 * anchor);
  }
  return output;
}

test('anchors: 2 in each of 16x16 cells, then 6 in each of 8x8', () => {
  const still = Array(16).fill(0);
  const centres = [0, 1, 2, 31, 32, 511, 512, 517, 518, 895].map((anchor) => {
    const [found] = decode(outputOf([{ anchor, values: still, logit: 3 }]), 0.5);
    return found!.region.centre;
  });
  expect(centres).toEqual([
    [8, 8],
    [8, 8],
    [24, 8],
    [248, 8],
    [8, 24],
    [248, 248],
    [16, 16],
    [16, 16],
    [48, 16],
    [240, 240],
  ]);
});

test('a box, its tilt by the eyes, and its score', () => {
  // Moved by 3, -2 from (8, 8); 50 wide, 60 high; eyes 20 apart, the right one 20 lower.
  const values = [3, -2, 50, 60, -10, -10, 10, 10, ...Array(8).fill(0)];
  const output = outputOf([
    { anchor: 0, values, logit: Math.log(3) },
    { anchor: 40, values, logit: -1 },
  ]);
  const [face, ...others] = decode(output, 0.5);
  expect(others).toEqual([]);
  expect(face!.score).toBeCloseTo(0.75, 6);
  expect(face!.region).toEqual({ centre: [11, 6], side: 60, roll: Math.PI / 4 });
});

const at = (x: number, y: number, side: number, score = 1): Detection => ({
  score,
  region: { centre: [x, y], side, roll: 0 },
});

test('overlap is intersection over union; of one face the best stays', () => {
  expect(overlap(at(0, 0, 2).region, at(1, 0, 2).region)).toBeCloseTo(1 / 3, 10);
  expect(overlap(at(0, 0, 2).region, at(5, 0, 2).region)).toBe(0);
  const found = [at(0, 0, 10, 0.6), at(1, 0, 10, 0.9), at(30, 0, 10, 0.7)];
  expect(distinct(found).map(({ score }) => score)).toEqual([0.9, 0.7]);
});

test('tiles: the whole alone where that is enough', () => {
  expect(tilesOf(640, 480, Number.POSITIVE_INFINITY)).toEqual([{ left: 0, top: 0, side: 640 }]);
  expect(tilesOf(1280, 720, 64)).toHaveLength(1);
  expect(tilesOf(1920, 1080, 64)).toHaveLength(7);
});

test('tiles: every face of the wanted size lies whole in one that is small enough', () => {
  for (const [width, height, smallest] of [
    [5472, 3648, 64],
    [1080, 1920, 40],
    [3001, 777, 50],
  ] as const) {
    const tiles = tilesOf(width, height, smallest);
    for (let n = 0; n < 300; n++) {
      const share = (k: number) => (Math.sin(n * k) + 1) / 2;
      const side = smallest * (1 + share(3) * 4);
      const centre: Point = [side / 2 + share(1.7) * (width - side), side / 2 + share(2.3) * (height - side)];
      const holding = tiles.filter(
        (tile) =>
          side >= 0.05 * tile.side &&
          [0, 1].every((axis) => {
            const start = axis === 0 ? tile.left : tile.top;
            return centre[axis]! - side / 2 >= start - 1 && centre[axis]! + side / 2 <= start + tile.side + 1;
          }),
      );
      expect(holding.length).toBeGreaterThan(0);
    }
  }
});
