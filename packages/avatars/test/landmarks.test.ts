import { describe, expect, test } from 'vitest';
import { avatar, frame, landmarksOf, neutral, type Person, type Pose, person, samplePose } from '../src/index.js';

type Point = readonly [x: number, y: number];

const numbers = [...Array.from({ length: 16 }, (_, i) => i + 1), 17, 40, 99];
const people = numbers.map(person);
const ada = person(1);

function pointsOf(who: Person, pose: Partial<Pose>): Point[] {
  const flat = landmarksOf(who, { ...neutral, ...pose });
  return Array.from({ length: flat.length / 2 }, (_, i): Point => [flat[2 * i] as number, flat[2 * i + 1] as number]);
}
const centre = (points: readonly Point[]): Point => [
  points.reduce((sum, [x]) => sum + x, 0) / points.length,
  points.reduce((sum, [, y]) => sum + y, 0) / points.length,
];
const at = (points: readonly Point[], index: number) => points[index] as Point;
const ascending = (list: readonly number[]) => list.every((x, i) => i === 0 || x > (list[i - 1] as number));
const xs = (points: readonly Point[]) => points.map(([x]) => x);

describe.each(people)('$name', (who) => {
  const all = Array.from({ length: 40 }, (_, index) => pointsOf(who, samplePose(3, index)));

  test('has 68 points inside the picture; only a chin, of a wide mouth in a nodding head, is cropped by a hair', () => {
    for (const points of all) {
      expect(points).toHaveLength(68);
      for (const [i, [x, y]] of points.entries()) {
        expect(x).toBeGreaterThan(0);
        expect(x).toBeLessThan(1);
        expect(y).toBeGreaterThan(0);
        expect(y).toBeLessThan(i < 17 ? 1.03 : 1);
      }
    }
  });

  test('has them in the order of iBUG: parts from left to right, features from top to bottom', () => {
    for (const points of all) {
      const heightsOfJaw = points.slice(0, 17).map(([, y]) => y);
      expect(ascending(heightsOfJaw.slice(0, 8)), 'left half of the jaw').toBe(true);
      expect(ascending(heightsOfJaw.slice(9).reverse()), 'right half of the jaw').toBe(true);
      expect(ascending(xs(points.slice(3, 14))), 'jaw').toBe(true);
      const lowest = points.slice(0, 17).reduce((low, [, y], i) => (y > at(points, low)[1] ? i : low), 0);
      expect(Math.abs(lowest - 8), 'chin').toBeLessThanOrEqual(1);
      expect(ascending(xs(points.slice(17, 27))), 'brows').toBe(true);
      expect(ascending(points.slice(27, 31).map(([, y]) => y)), 'bridge').toBe(true);
      expect(ascending(xs(points.slice(31, 36))), 'nostrils').toBe(true);
      expect(ascending([36, 37, 38, 39, 42, 43, 44, 45].map((i) => at(points, i)[0])), 'upper lids').toBe(true);
      expect(ascending([36, 41, 40, 39, 42, 47, 46, 45].map((i) => at(points, i)[0])), 'lower lids').toBe(true);
      expect(ascending(xs(points.slice(48, 55))), 'upper lip').toBe(true);
      expect(ascending([48, 59, 58, 57, 56, 55, 54].map((i) => at(points, i)[0])), 'lower lip').toBe(true);
      expect(ascending(xs(points.slice(60, 65))), 'inside of the upper lip').toBe(true);
      const heights = [points.slice(17, 27), points.slice(36, 48), [at(points, 30)], points.slice(48)].map(
        (part) => centre(part)[1],
      );
      expect(ascending([...heights, at(points, 8)[1]]), 'brows, eyes, nose, mouth, chin').toBe(true);
      const [above, top, bottom, below] = [51, 62, 66, 57].map((i) => at(points, i)[1]) as [
        number,
        number,
        number,
        number,
      ];
      expect(above < top && bottom < below, 'lips around the opening').toBe(true);
      // Closed lips touch: equal up to a tenth of a pixel of a picture of 64.
      expect(bottom - top).toBeGreaterThan(-0.1 / 64);
    }
  });

  test('moves with the pose as everybody does', () => {
    const moves = (subject: Person, pose: Partial<Pose>) => {
      const still = pointsOf(subject, {});
      return pointsOf(subject, pose).map(([x, y], i): Point => [x - at(still, i)[0], y - at(still, i)[1]]);
    };
    for (const pose of [{ yaw: 0.3 }, { pitch: -0.12 }, { roll: 4 }, { open: 1 }, { smile: -0.7 }]) {
      const [mine, hers] = [moves(who, pose), moves(ada, pose)];
      const size = (list: readonly Point[]) => Math.sqrt(list.reduce((sum, [x, y]) => sum + x * x + y * y, 0));
      const difference = mine.map(([x, y], i): Point => [x - at(hers, i)[0], y - at(hers, i)[1]]);
      expect(size(difference) / size(hers), JSON.stringify(pose)).toBeLessThan(0.25);
    }
  });
});

test('yaw moves the nose against the outline', () => {
  const offset = (yaw: number) => {
    const points = pointsOf(ada, { yaw });
    return at(points, 30)[0] - centre([at(points, 0), at(points, 16)])[0];
  };
  expect(offset(0)).toBeCloseTo(0, 5);
  expect(offset(0.3)).toBeGreaterThan(0.05);
  expect(offset(-0.3)).toBeCloseTo(-offset(0.3), 5);
});

test('pitch moves nose and eyes down, and more than the outline', () => {
  const [still, nodded] = [pointsOf(ada, {}), pointsOf(ada, { pitch: 0.15 })];
  const down = (i: number) => at(nodded, i)[1] - at(still, i)[1];
  expect(down(30)).toBeGreaterThan(0.03);
  expect(down(30)).toBeGreaterThan(down(0) + 0.02);
});

test('an open mouth parts the lips and lowers the chin', () => {
  const gap = (open: number) => {
    const points = pointsOf(ada, { open });
    return { lips: at(points, 66)[1] - at(points, 62)[1], chin: at(points, 8)[1] };
  };
  expect(gap(0).lips).toBeLessThan(0.02);
  expect(gap(1).lips).toBeGreaterThan(0.1);
  expect(gap(1).chin).toBeGreaterThan(gap(0).chin + 0.03);
});

test('a smile raises the corners of the mouth, a blink closes the lids, brows rise', () => {
  const corner = (smile: number) => at(pointsOf(ada, { smile }), 48)[1];
  expect(corner(1)).toBeLessThan(corner(-0.7) - 0.05);
  const lids = (blink: number) => at(pointsOf(ada, { blink }), 41)[1] - at(pointsOf(ada, { blink }), 37)[1];
  expect(lids(1)).toBeLessThan(0.15 * lids(0));
  const brow = (raise: number) => at(pointsOf(ada, { brow: raise }), 19)[1];
  expect(brow(1)).toBeLessThan(brow(-0.7) - 0.04);
});

test('roll turns every point about the neck by its angle', () => {
  const [still, rolled] = [pointsOf(ada, {}), pointsOf(ada, { roll: 4 })];
  const angle = (points: readonly Point[]) => {
    const [left, right] = [centre(points.slice(36, 42)), centre(points.slice(42, 48))];
    return (Math.atan2(right[1] - left[1], right[0] - left[0]) * 180) / Math.PI;
  };
  expect(angle(rolled) - angle(still)).toBeCloseTo(4, 3);
  const distance = (points: readonly Point[]) =>
    Math.hypot(at(points, 8)[0] - at(points, 27)[0], at(points, 8)[1] - at(points, 27)[1]);
  expect(distance(rolled)).toBeCloseTo(distance(still), 5);
});

test('the frame is where the five points lie on average', () => {
  const five = people.slice(0, 16).flatMap((who) =>
    Array.from({ length: 60 }, (_, index) => {
      const points = pointsOf(who, samplePose(5, index));
      return [
        centre(points.slice(36, 42)),
        centre(points.slice(42, 48)),
        at(points, 30),
        at(points, 48),
        at(points, 54),
      ];
    }),
  );
  for (const [i, [x, y]] of frame.entries()) {
    const [meanX, meanY] = centre(five.map((points) => points[i] as Point));
    expect(Math.abs(x - meanX)).toBeLessThan(0.01);
    expect(Math.abs(y - meanY)).toBeLessThan(0.01);
  }
});

test('boxes hold the eyes and the mouth of their own picture', () => {
  for (const who of people)
    for (let index = 0; index < 10; index++) {
      const pose = samplePose(11, index);
      const points = pointsOf(who, pose);
      const { eyes, mouth } = avatar(who, pose).boxes;
      const inside = ([x, y]: Point, box: typeof eyes) =>
        x > box.left && x < box.right && y > box.top && y < box.bottom;
      expect(points.slice(36, 48).every((point) => inside(point, eyes))).toBe(true);
      expect(points.slice(48).every((point) => inside(point, mouth))).toBe(true);
      expect(eyes.bottom).toBeLessThan(mouth.bottom);
    }
});
