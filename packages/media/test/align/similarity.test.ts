import { expect, test } from 'vitest';
import { apply, compose, invert, leastSquares, scaleOf } from '../../src/align/similarity.js';
import type { Point } from '../../src/contracts.js';

test("Umeyama's example (1991, section IV)", () => {
  const found = leastSquares(
    [
      [0, 0],
      [1, 0],
      [0, 2],
    ],
    [
      [0, 0],
      [-1, 0],
      [0, 2],
    ],
  );
  // c = 0.721, R = (0.832 0.555; -0.555 0.832), t = (-0.800, 0.400)
  expect(scaleOf(found)).toBeCloseTo(0.721, 3);
  expect(found.a / scaleOf(found)).toBeCloseTo(0.832, 3);
  expect(found.b / scaleOf(found)).toBeCloseTo(-0.555, 3);
  expect([found.x, found.y].map((value) => Number(value.toFixed(6)))).toEqual([-0.8, 0.4]);
});

test('a turn by 90 degrees, twice the size, one to the right', () => {
  const turned = { a: 0, b: 2, x: 1, y: 0 };
  expect(apply(turned, [3, 1])).toEqual([-1, 6]);
  const [x, y] = apply(invert(turned), [-1, 6]);
  expect([x, y]).toEqual([3, 1]);
  expect(apply(compose(turned, turned), [3, 1])).toEqual(apply(turned, apply(turned, [3, 1])));
});

test('points that a similarity made are carried back exactly', () => {
  const truth = { a: 1.2, b: -0.7, x: 33, y: -4 };
  const points: Point[] = [
    [1, 2],
    [30, 4],
    [17, 25],
    [8, 40],
  ];
  const found = leastSquares(
    points,
    points.map((point) => apply(truth, point)),
  );
  for (const key of ['a', 'b', 'x', 'y'] as const) expect(found[key]).toBeCloseTo(truth[key], 10);
});

test('what has no answer is refused', () => {
  expect(() => leastSquares([[1, 1]], [])).toThrow(RangeError);
  expect(() =>
    leastSquares(
      [
        [1, 1],
        [1, 1],
      ],
      [
        [1, 1],
        [2, 2],
      ],
    ),
  ).toThrow('one spot');
});
