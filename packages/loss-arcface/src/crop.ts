import { type Box, boxByFrame, type Dataset } from '@fsae/core';

type Frame = NonNullable<Dataset['frame']>;

/** Left eye, right eye, nose and mouth corners in ArcFace's input of 112 pixels (Deng et al. 2019, insightface). */
export const ARCFACE_TEMPLATE: Frame = [
  [38.2946, 51.6963],
  [73.5318, 51.5014],
  [56.0252, 71.7366],
  [41.5493, 92.3655],
  [70.7299, 92.2041],
];
const ARCFACE_SIDE = 112;

export const WHOLE: Box = { left: 0, top: 0, right: 1, bottom: 1 };

/** The part of a picture whose five points lie on ArcFace's template. */
export function arcfaceBox(frame: Frame): Box {
  return boxByFrame(
    frame,
    ARCFACE_TEMPLATE.map(([x, y]) => [x / ARCFACE_SIDE, y / ARCFACE_SIDE]),
  );
}

/** The square that face-api's port of dlib cuts out: mean distance of eyes and mouth at 0.45 of its side. */
export function dlibBox(frame: Frame): Box {
  const [leftEye, rightEye, , ...corners] = frame as readonly [Point, Point, Point, Point, Point];
  const mouth = centre(corners);
  const [x, y] = centre([leftEye, rightEye, mouth]);
  const distance = (distanceOf(leftEye, mouth) + distanceOf(rightEye, mouth)) / 2;
  const side = distance / 0.45;
  const [left, top] = [x - 0.5 * side, y - 0.43 * side];
  return { left, top, right: left + side, bottom: top + side };
}

type Point = readonly [x: number, y: number];

function centre(points: readonly Point[]): Point {
  const mean = (axis: 0 | 1) => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
  return [mean(0), mean(1)];
}

const distanceOf = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1]);
