import type { AugmentConfig } from '../../config/define.js';
import type { RandomStream } from '../../contracts/index.js';
import type { Resampling } from './sampling.js';

/** A similarity of the picture about its centre, where pictures run from 0 to 1. */
export interface Affine {
  readonly resampling: Resampling;
  /** Moves x, y pairs in 0..1 as the picture moves. */
  move(points: Float32Array): void;
}

/** Rotation of up to +-`rotate` degrees, scale of up to 1 +- `scale`, shift of up to +-`shift` of the size, all uniform. */
export function drawAffine(
  size: number,
  { rotate = 0, scale = 0, shift = 0 }: NonNullable<AugmentConfig['affine']>,
  stream: RandomStream,
): Affine {
  const within = (reach: number) => reach * (2 * stream.uniform() - 1);
  return affine(size, (within(rotate) * Math.PI) / 180, 1 + within(scale), within(shift), within(shift));
}

/** The face turns by `angle` radians (clockwise on the screen), grows by `scale` and moves by (`right`, `down`) of the size. */
export function affine(size: number, angle: number, scale: number, right: number, down: number): Affine {
  const cosine = Math.cos(angle);
  const sine = Math.sin(angle);
  const centre = (size - 1) / 2;
  return {
    resampling: (y, xs, ys) => {
      const v = (y - centre - down * size) / scale;
      for (let x = 0; x < size; x++) {
        const u = (x - centre - right * size) / scale;
        xs[x] = cosine * u + sine * v + centre;
        ys[x] = cosine * v - sine * u + centre;
      }
    },
    move: (points) => {
      for (let i = 0; i < points.length; i += 2) {
        const u = points[i]! - 0.5;
        const v = points[i + 1]! - 0.5;
        points[i] = scale * (cosine * u - sine * v) + 0.5 + right;
        points[i + 1] = scale * (sine * u + cosine * v) + 0.5 + down;
      }
    },
  };
}
