import type * as tf from '@tensorflow/tfjs';
import type { Box, Dataset } from '../contracts/index.js';
import { bilinear, type Matrix, resample } from './resample.js';

type Frame = NonNullable<Dataset['frame']>;

/**
 * The part of a picture in which its points lie as a network expects them, `template` in 0..1 of its input: least squares
 * over shift and scale, min sum |frame - (corner + scale template)|^2; no rotation, faces are aligned upright. A square
 * in 0..1 of the picture; it may reach over the edges.
 */
export function boxByFrame(frame: Frame, template: Frame): Box {
  const [fx, fy] = centre(frame);
  const [tx, ty] = centre(template);
  let [both, alone] = [0, 0];
  for (const [i, [x, y]] of template.entries()) {
    const [px, py] = frame[i]!;
    both += (x - tx) * (px - fx) + (y - ty) * (py - fy);
    alone += (x - tx) ** 2 + (y - ty) ** 2;
  }
  const scale = both / alone;
  const [left, top] = [fx - scale * tx, fy - scale * ty];
  return { left, top, right: left + scale, bottom: top + scale };
}

function centre(frame: Frame): [x: number, y: number] {
  const mean = (axis: 0 | 1) => frame.reduce((sum, point) => sum + point[axis], 0) / frame.length;
  return [mean(0), mean(1)];
}

/** Cuts a box out of pictures [batch, rows, columns, channels] and brings it to a size by two constant matrices; edges are continued. */
export function crop(pictures: tf.Tensor4D, box: Box, rows: number, columns: number): tf.Tensor4D {
  const [, height, width] = pictures.shape;
  return resample(pictures, sampling(height, rows, box.top, box.bottom), sampling(width, columns, box.left, box.right));
}

/**
 * `to` samples of the interval [start, end] (in 0..1) of a length of `from`: bilinear, and where several pixels fall on
 * one sample the mean of as many points, so that no pixel is passed over. [to][from], rows sum to 1.
 */
export function sampling(from: number, to: number, start: number, end: number): Matrix {
  const points = Math.max(1, Math.ceil(((end - start) * from) / to - 1e-9));
  const fine = bilinear(from, to * points, start * from, end * from);
  return Array.from({ length: to }, (_, i) => {
    const own = fine.slice(i * points, (i + 1) * points);
    return own[0]!.map((_, j) => own.reduce((sum, row) => sum + row[j]!, 0) / points);
  });
}
