import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { ARCFACE_TEMPLATE, arcfaceBox, cutter, dlibBox, sampling } from '../src/crop.js';

await tf.setBackend('cpu');

const moved = (scale: number, x: number, y: number) =>
  ARCFACE_TEMPLATE.map(([tx, ty]): [number, number] => [x + (scale * tx) / 112, y + (scale * ty) / 112]);

test('a face on the template is cut out as it is', () => {
  const { left, top, right, bottom } = arcfaceBox(moved(1, 0, 0));
  expect([left, top, right, bottom].map((side) => Math.round(side * 1e9) / 1e9 + 0)).toEqual([0, 0, 1, 1]);
});

test('a smaller face elsewhere is found by shift and scale', () => {
  const box = arcfaceBox(moved(0.5, 0.25, 0.125));
  expect(box.left).toBeCloseTo(0.25, 9);
  expect(box.top).toBeCloseTo(0.125, 9);
  expect(box.right).toBeCloseTo(0.75, 9);
  expect(box.bottom).toBeCloseTo(0.625, 9);
});

test('points off the template by opposite amounts do not move the box', () => {
  // Eyes apart by 0.02 to both sides and nothing else: the centre stays; the scale grows by sum(dx * x) / sum(x^2 + y^2).
  const frame = moved(1, 0, 0);
  const wider = frame.map(([x, y], i): [number, number] => [i === 0 ? x - 0.02 : i === 1 ? x + 0.02 : x, y]);
  const [cx, cy] = [56.02622, 71.94076];
  const spread = ARCFACE_TEMPLATE.reduce((sum, [x, y]) => sum + (x - cx) ** 2 + (y - cy) ** 2, 0) / 112 ** 2;
  const growth = (0.02 * (73.5318 - 38.2946)) / 112 / spread;
  const box = arcfaceBox(wider);
  expect(box.right - box.left).toBeCloseTo(1 + growth, 6);
  expect((box.left + box.right) / 2).toBeCloseTo(cx / 112 - ((1 + growth) * (cx - 56)) / 112, 6);
});

test("dlib's square by hand", () => {
  // Eyes at (.4, .4) and (.6, .4), mouth's centre at (.5, .64): distance sqrt(.01 + .0576) = .26, side .26 / .45;
  // centre of the three (.5, .48).
  const box = dlibBox([
    [0.4, 0.4],
    [0.6, 0.4],
    [0.5, 0.5],
    [0.45, 0.64],
    [0.55, 0.64],
  ]);
  const side = 0.26 / 0.45;
  expect(box.left).toBeCloseTo(0.5 - side / 2, 9);
  expect(box.top).toBeCloseTo(0.48 - 0.43 * side, 9);
  expect(box.right - box.left).toBeCloseTo(side, 9);
  expect(box.bottom - box.top).toBeCloseTo(side, 9);
});

test('sampling by hand', () => {
  // Four pixels' middle half to two: their own centres.
  expect(sampling(4, 2, 0.25, 0.75)).toEqual([
    [0, 1, 0, 0],
    [0, 0, 1, 0],
  ]);
  // Two pixels to four: centres at -.25 (held at the edge), .25, .75, 1.25.
  expect(sampling(2, 4, 0, 1)).toEqual([
    [1, 0],
    [0.75, 0.25],
    [0.25, 0.75],
    [0, 1],
  ]);
  // Eight to two: each the mean of its own four, none passed over.
  expect(sampling(8, 2, 0, 1)).toEqual([
    [0.25, 0.25, 0.25, 0.25, 0, 0, 0, 0],
    [0, 0, 0, 0, 0.25, 0.25, 0.25, 0.25],
  ]);
  // Beyond the edge the edge goes on.
  expect(sampling(2, 2, -1, 0)).toEqual([
    [1, 0],
    [1, 0],
  ]);
});

test('a cut-out shows what lies in its box', async () => {
  const picture = tf.tensor4d(
    Array.from({ length: 4 * 4 * 3 }, (_, i) => Math.floor(i / 3)),
    [1, 4, 4, 3],
  );
  const cut = cutter({ left: 0.5, top: 0, right: 1, bottom: 0.5 }, [4, 4, 3], [2, 2, 3])(picture);
  expect(cut.shape).toEqual([1, 2, 2, 3]);
  const values = await cut.data();
  expect([...values].filter((_, i) => i % 3 === 0)).toEqual([2, 3, 6, 7]);
});
