import { expect, test } from 'vitest';
import { ARCFACE_TEMPLATE, arcfaceBox, dlibBox } from '../src/crop.js';

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
