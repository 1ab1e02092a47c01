import { type Box, bilinear, type Dataset, type Matrix, resample, type Shape } from '@fsae/core';
import type * as tf from '@tensorflow/tfjs';

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

/**
 * The part of a picture whose five points lie on ArcFace's template: least squares over shift and scale, no rotation
 * (faces are aligned upright). In 0..1 of the picture; it may reach over the edges.
 */
export function arcfaceBox(frame: Frame): Box {
  const [fx, fy] = centre(frame);
  const [tx, ty] = centre(ARCFACE_TEMPLATE);
  let [both, alone] = [0, 0];
  for (const [i, [x, y]] of ARCFACE_TEMPLATE.entries()) {
    const [px, py] = frame[i]!;
    both += (x - tx) * (px - fx) + (y - ty) * (py - fy);
    alone += (x - tx) ** 2 + (y - ty) ** 2;
  }
  const scale = both / alone;
  const [left, top] = [fx - scale * tx, fy - scale * ty];
  return { left, top, right: left + scale * ARCFACE_SIDE, bottom: top + scale * ARCFACE_SIDE };
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

/** Cuts a part out of pictures [batch, rows, columns, 3] and brings it to a size, by two constant matrices. */
export function cutter(box: Box, image: Shape, to: Shape): (pictures: tf.Tensor4D) => tf.Tensor4D {
  const rows = sampling(image[0], to[0], box.top, box.bottom);
  const columns = sampling(image[1], to[1], box.left, box.right);
  return (pictures) => resample(pictures, rows, columns);
}

/**
 * `to` samples of the interval [start, end] (in 0..1) of a length of `from`: bilinear, and where several pixels fall on
 * one sample the mean of as many points, so that no pixel is passed over.
 */
export function sampling(from: number, to: number, start: number, end: number): Matrix {
  const points = Math.max(1, Math.ceil(((end - start) * from) / to - 1e-9));
  const fine = bilinear(from, to * points, start * from, end * from);
  return Array.from({ length: to }, (_, i) => {
    const own = fine.slice(i * points, (i + 1) * points);
    return own[0]!.map((_, j) => own.reduce((sum, row) => sum + row[j]!, 0) / points);
  });
}
