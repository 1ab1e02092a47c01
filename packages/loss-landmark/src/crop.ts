import type { Dataset } from '@fsae/core';

/** Left eye, right eye, nose and corners of the mouth (image order), x, y in 0..1. */
export type Frame = NonNullable<Dataset['frame']>;

/** A square of the picture in its sides; it may reach over the edges. */
export interface Crop {
  readonly left: number;
  readonly top: number;
  readonly side: number;
}

export const WHOLE: Crop = { left: 0, top: 0, side: 1 };

/**
 * The square in which the five points lie as the network expects them: least squares over shift and scale,
 * min sum |picture - (corner + side * network)|^2.
 */
export function fitCrop(picture: Frame, network: Frame): Crop {
  const [a, b] = [centre(picture), centre(network)];
  let [together, alone] = [0, 0];
  for (const [i, [x, y]] of network.entries()) {
    const [px, py] = picture[i]!;
    together += (x - b[0]) * (px - a[0]) + (y - b[1]) * (py - a[1]);
    alone += (x - b[0]) ** 2 + (y - b[1]) ** 2;
  }
  const side = together / alone;
  return { left: a[0] - side * b[0], top: a[1] - side * b[1], side };
}

function centre(frame: Frame): [x: number, y: number] {
  const mean = (axis: 0 | 1) => frame.reduce((sum, point) => sum + point[axis], 0) / frame.length;
  return [mean(0), mean(1)];
}
