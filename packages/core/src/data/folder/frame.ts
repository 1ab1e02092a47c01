import type { Dataset } from '../../contracts/index.js';
import { centre } from './alignment.js';

/**
 * Where the eyes, the nose and the corners of the mouth lie on average, from 68 points (iBUG): left eye, right eye, tip of
 * the nose, left and right corner of the mouth, as seen in the picture, x, y in 0..1.
 */
export function meanFrame(faces: readonly Float32Array[]): NonNullable<Dataset['frame']> {
  const mean = new Float64Array(136);
  for (const points of faces) for (let i = 0; i < mean.length; i++) mean[i] = mean[i]! + points[i]! / faces.length;
  return [centre(mean, 36, 42), centre(mean, 42, 48), centre(mean, 30, 31), centre(mean, 48, 49), centre(mean, 54, 55)];
}
