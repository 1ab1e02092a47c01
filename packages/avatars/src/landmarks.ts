import { type Curve, pointOn, spread } from './curve.js';
import { type Point, toPicture } from './head.js';
import type { Person } from './person.js';
import type { Pose } from './pose.js';
import { type Eye, onLowerLid, onUpperLid, outlineMarks, type Shape, shapeOf } from './shape.js';

/** First landmark of each part in iBUG's order, and how many it has. */
export const landmarkParts = {
  jaw: [0, 17],
  leftBrow: [17, 5],
  rightBrow: [22, 5],
  nose: [27, 9],
  leftEye: [36, 6],
  rightEye: [42, 6],
  lips: [48, 12],
  inside: [60, 8],
} as const;

/**
 * The 68 points of iBUG 300-W (Sagonas et al. 2013) as x, y pairs in 0..1 of the picture, from the drawing's own curves.
 * 'Left' is the left of the image.
 */
export function landmarksOf(person: Person, pose: Pose): Float32Array {
  const shape = shapeOf(person, pose);
  const points = [...jaw(shape), ...brows(shape), ...nose(shape), ...eyes(shape), ...mouth(shape)];
  return Float32Array.from(points.flatMap((point) => toPicture(point, pose.roll)));
}

function jaw({ outline }: Shape): Point[] {
  const left = spread(outline, outlineMarks.leftEar, outlineMarks.chin, 9);
  const right = spread(outline, outlineMarks.chin, outlineMarks.rightEar, 9);
  return [...left, ...right.slice(1)];
}

/** Both left to right; the curves run from the nose outwards. */
function brows({ brows: [left, right] }: Shape): Point[] {
  const positions = [0, 0.5, 1, 1.5, 2];
  return [...positions.toReversed().map((at) => pointOn(left, at)), ...positions.map((at) => pointOn(right, at))];
}

function nose({ nose: { bridge, tip, base, wings } }: Shape): Point[] {
  const between = (a: Point, b: Point, t: number): Point => [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];
  const [left, right] = wings;
  // Under the tip the drawn line runs flat at the base's height between the wings.
  const nostril = (wing: Point): Point => [between(wing, base, 0.6)[0], base[1]];
  // The drawn tip is a ball that rests a little above the point on which it is built.
  const ball: Point = [tip[0], tip[1] - 1.4];
  return [
    bridge,
    between(bridge, ball, 1 / 3),
    between(bridge, ball, 2 / 3),
    ball,
    left,
    nostril(left),
    base,
    nostril(right),
    right,
  ];
}

function eyes({ eyes: [left, right] }: Shape): Point[] {
  const along = (eye: Eye, lid: typeof onUpperLid, ...at: number[]) => at.map((t) => lid(eye, t));
  return [
    ...along(left, onUpperLid, 1, 2 / 3, 1 / 3, 0),
    ...along(left, onLowerLid, 1 / 3, 2 / 3),
    ...along(right, onUpperLid, 0, 1 / 3, 2 / 3, 1),
    ...along(right, onLowerLid, 2 / 3, 1 / 3),
  ];
}

function mouth({ mouth: { lips, inside } }: Shape): Point[] {
  const along = (curve: Curve, ...at: number[]) => at.map((position) => pointOn(curve, position));
  return [
    ...along(lips, 0, 0.75, 1.4, 2, 2.6, 3.25, 4, 4.7, 5.4, 6, 6.6, 7.3),
    ...along(inside, 0.2, 1, 2, 3, 3.8, 5, 6, 7),
  ];
}
