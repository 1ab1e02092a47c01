import { type Curve, closed, open, pointOnQuadratic } from './curve.js';
import { mix, type Point, type Point3, type Projection, project } from './head.js';
import type { Person } from './person.js';
import type { Pose } from './pose.js';

/** The drawable and measurable geometry of a person in a pose: frame units before roll and camera. */
export interface Shape {
  readonly projection: Projection;
  /** From the crown clockwise; `outlineMarks` names positions on it. */
  readonly outline: Curve;
  /** Left and right of the image. */
  readonly eyes: readonly [Eye, Eye];
  readonly brows: readonly [Curve, Curve];
  readonly nose: Nose;
  readonly mouth: Mouth;
}

export type Side = -1 | 1;
export const sides: readonly [Side, Side] = [-1, 1];
/** Positions on the outline: at the ears (eye height) and at the chin. */
export const outlineMarks = { rightEar: 2.7, chin: 7, leftEar: 11.3 };

export interface Eye {
  readonly side: Side;
  readonly inner: Point;
  readonly outer: Point;
  /** Control points of the quadratic lids from the inner to the outer corner. */
  readonly upper: Point;
  readonly lower: Point;
  readonly iris: Point;
  readonly lid: Point;
}

export interface Nose {
  readonly bridge: Point;
  readonly tip: Point;
  readonly base: Point;
  readonly wings: readonly [Point, Point];
}

export interface Mouth {
  /** Closed curves from the image's left corner over the upper lip: corner, 3 points, corner, 3 points. */
  readonly lips: Curve;
  readonly inside: Curve;
  readonly width: number;
  readonly gap: number;
  readonly upperTeeth: Point;
  readonly tongue: Point;
  readonly gloss: Point;
}

export function shapeOf(person: Person, pose: Pose): Shape {
  const projection = project(pose);
  return {
    projection,
    outline: outlineOf(person, pose, projection),
    eyes: [eyeOf(person, pose, projection, -1), eyeOf(person, pose, projection, 1)],
    brows: [browOf(person, pose, projection, -1), browOf(person, pose, projection, 1)],
    nose: noseOf(person, projection),
    mouth: mouthOf(person, pose, projection),
  };
}

/** How far an open mouth lowers the chin. */
export const chinDrop = (pose: Pose): number => pose.open * 4;

function outlineOf({ head }: Person, pose: Pose, { outline }: Projection): Curve {
  const drop = chinDrop(pose);
  const side = (s: Side): Point3[] => [
    [s * 13, -33.5, 4],
    [s * head.temple, -17, 6],
    [s * head.cheek, -2, 7],
    [s * (head.jaw + 2.6), 12, 9],
    [s * head.jaw, 20 + drop * 0.5, 12],
    [s * head.chinWidth, head.chin - 1.8 + drop, 15],
  ];
  const points: Point3[] = [[0, -36.5, 2], ...side(1), [0, head.chin + drop, 16.5], ...side(-1).reverse()];
  return closed(points.map(outline));
}

function eyeOf({ eyes }: Person, pose: Pose, { surface }: Projection, side: Side): Eye {
  const openness = 1 - pose.blink;
  const height = eyes.height * mix(0.06, 1, openness);
  const sink = pose.blink * 1.6;
  const inner = surface(side * (eyes.x - eyes.width), eyes.y + 0.6 + eyes.tilt * 0.3);
  const outer = surface(side * (eyes.x + eyes.width), eyes.y - 0.2 - eyes.tilt * 0.7);
  // A quadratic arc passes half-way between its control point and the middle of its ends.
  const through = (point: Point): Point => [
    2 * point[0] - (inner[0] + outer[0]) / 2,
    2 * point[1] - (inner[1] + outer[1]) / 2,
  ];
  return {
    side,
    inner,
    outer,
    upper: through(surface(side * eyes.x, eyes.y - height + sink)),
    lower: through(surface(side * eyes.x, eyes.y + height * 0.72 + sink)),
    iris: surface(side * eyes.x + pose.gazeX * eyes.width * 0.5, eyes.y + pose.gazeY * eyes.height * 0.35, -0.5),
    lid: surface(side * eyes.x, eyes.y - eyes.height * 0.2),
  };
}

export const onUpperLid = (eye: Eye, t: number): Point => pointOnQuadratic(eye.inner, eye.upper, eye.outer, t);
export const onLowerLid = (eye: Eye, t: number): Point => pointOnQuadratic(eye.inner, eye.lower, eye.outer, t);

function browOf({ eyes, brows }: Person, pose: Pose, { surface }: Projection, side: Side): Curve {
  const y = brows.y - pose.brow * 3.4;
  const frown = Math.max(0, -pose.brow) * 2.2;
  return open([
    surface(side * (eyes.x - eyes.width + 0.4), y + frown + 0.6, 1),
    surface(side * (eyes.x + 0.5), y - brows.arch, 1),
    surface(side * (eyes.x + eyes.width + 1.2), y + 1.6),
  ]);
}

function noseOf({ nose }: Person, { surface }: Projection): Nose {
  return {
    bridge: surface(0, -5, 2.6),
    tip: surface(0, 9.2, nose.depth * 0.72),
    base: surface(0, 12.2, 3.2),
    wings: [surface(-nose.width, 10.2, 2.6), surface(nose.width, 10.2, 2.6)],
  };
}

function mouthOf({ mouth }: Person, { open: opening, smile }: Pose, { surface }: Projection): Mouth {
  const lift = 2.5;
  const at = (x: number, y: number) => surface(x, y, lift);
  const rest = 19 + opening * 1.4;
  const middle = rest - opening * 0.6;
  const gap = opening * 11.5;
  const width = mouth.width * (1 + 0.16 * smile - 0.14 * opening);
  const cornerY = rest + opening * 1.6 - smile * 3.4;
  const left = surface(-width, cornerY, lift - 1);
  const right = surface(width, cornerY, lift - 1);
  const pair = (x: number, y: number): readonly [Point, Point] => [at(-x, y), at(x, y)];
  const [upperLeft, upperRight] = pair(width * 0.5, middle - mouth.upper * 1.1 - smile * 0.6);
  const [lowerLeft, lowerRight] = pair(width * 0.52, middle + gap * 0.86 + mouth.lower * 0.95 - smile * 0.2);
  const [insideUpperLeft, insideUpperRight] = pair(width * 0.5, middle - smile * 0.4);
  const [insideLowerLeft, insideLowerRight] = pair(width * 0.5, middle + gap * 0.84 - smile * 0.1 + 0.1);
  const upper = at(0, middle - mouth.upper * 1.25 + smile * 0.7);
  const lower = at(0, middle + gap + mouth.lower * 1.35 + smile * 1.3);
  const insideUpper = at(0, middle + smile * 0.9 - 0.1);
  const insideLower = at(0, middle + gap + smile * 1.3 + 0.1);
  return {
    lips: closed([left, upperLeft, upper, upperRight, right, lowerRight, lower, lowerLeft]),
    inside: closed([
      left,
      insideUpperLeft,
      insideUpper,
      insideUpperRight,
      right,
      insideLowerRight,
      insideLower,
      insideLowerLeft,
    ]),
    width,
    gap,
    upperTeeth: at(0, middle + smile * 0.6),
    tongue: insideLower,
    gloss: at(0, middle + gap + mouth.lower * 0.75 + smile * 1.2),
  };
}
