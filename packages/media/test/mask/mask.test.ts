import { expect, test } from 'vitest';
import type { Masker, Point } from '../../src/contracts.js';
import { feather } from '../../src/mask/feather.js';
import { convexHull, fill, hull, outlineOf } from '../../src/mask/hull.js';
import { together } from '../../src/mask/selfie.js';
import { avatarOf, sceneOf } from '../scene.js';

const total = (plane: Float32Array) => plane.reduce((sum, value) => sum + value, 0);

test('a polygon covers its area, pixels at its edge in part', () => {
  const triangle: Point[] = [
    [2, 2],
    [18, 2],
    [2, 18],
  ];
  const plane = fill(triangle, 20, 20);
  expect(Math.abs(total(plane) - 128)).toBeLessThan(1);
  expect(plane[3 * 20 + 3]).toBe(1);
  expect(plane[15 * 20 + 15]).toBe(0);
  // The hypotenuse halves the pixel whose corner it cuts.
  expect(plane[9 * 20 + 10]).toBeCloseTo(0.5, 1);
  const cut = fill(
    triangle.map(([x, y]): Point => [x - 10, y]),
    20,
    20,
  );
  expect(Math.abs(total(cut) - 32)).toBeLessThan(1);
});

test('a hull keeps the corners and drops what lies inside', () => {
  const square: Point[] = [
    [0, 0],
    [4, 0],
    [4, 4],
    [0, 4],
  ];
  const corners = convexHull([[2, 2], ...square, [1, 3], [4, 2]]);
  expect(corners.toSorted()).toEqual(square.toSorted());
});

test("a person's hull covers the face that was drawn", async () => {
  const one = { person: 2, at: [64, 64] as const, side: 128 };
  const { faces, picture } = await sceneOf(128, 128, [one]);
  const found = await hull.mask(picture, { landmarks: faces[0]!.landmarks });
  const truth = await avatarOf(one).mask(128);
  let [both, either] = [0, 0];
  for (const [i, share] of found.entries()) {
    const drawn = truth[i]! > 127;
    if (drawn && share > 0.5) both++;
    if (drawn || share > 0.5) either++;
  }
  expect(both / either).toBeGreaterThan(0.8);
});

test("the landmarker's own contour goes before the hull", () => {
  const outline: Point[] = [
    [0, 0],
    [1, 0],
    [0, 1],
  ];
  expect(outlineOf({ landmarks: [], outline })).toBe(outline);
});

test('a feathered mask is 0 at its edge, whole inside, and rises between', () => {
  const size = 40;
  const plane = fill(
    [
      [5, 5],
      [35, 5],
      [35, 35],
      [5, 35],
    ],
    size,
    size,
  );
  const soft = feather(plane, size, 8);
  const row = [...soft.slice(20 * size, 21 * size)];
  expect(row.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
  // Half a pixel inside of 8: 3 t^2 - 2 t^3 at 1/16.
  expect(row[5]).toBeCloseTo(3 / 256 - 2 / 4096, 4);
  expect(row[9]).toBeGreaterThan(row[7]!);
  expect(row.slice(13, 27)).toEqual(Array(14).fill(1));
  expect(feather(plane, size, 0)).toBe(plane);
});

test('a mask that reaches the border fades there too', () => {
  const soft = feather(new Float32Array(400).fill(1), 20, 5);
  expect(soft[0]).toBeLessThan(0.05);
  expect(soft[10 * 20 + 10]).toBe(1);
});

test('together, maskers call face what all of them do', async () => {
  const half = (from: number): Masker => ({
    name: `from ${from}`,
    mask: async ({ width, height }) =>
      Float32Array.from({ length: width * height }, (_, i) => (i % width >= from ? 0.5 : 0)),
  });
  const both = together([half(1), half(2)]);
  expect(both.name).toBe('from 1+from 2');
  const picture = { width: 4, height: 1, data: new Uint8Array(12) };
  expect([...(await both.mask(picture, { landmarks: [] }))]).toEqual([0, 0, 0.25, 0.25]);
});
