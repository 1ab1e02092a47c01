import * as tf from '@tensorflow/tfjs';
import type { Face, FaceInfo, Picture } from '../contracts/index.js';
import { inParallel } from '../data/parallel.js';

const WIDTH = 8;

/** Faces as pictures, in their order. */
export function load(infos: readonly FaceInfo[], face: (info: FaceInfo) => Promise<Face>): Promise<Picture[]> {
  return inParallel(infos, WIDTH, async (info) => pictureOf(await face(info)));
}

function pictureOf({ image }: Face): Picture {
  const picture = new Float32Array(image.length);
  for (let i = 0; i < picture.length; i++) picture[i] = image[i]! / 255;
  return picture;
}

/** At most `most` of the items, evenly spaced: frames of a clip stand in the order of time. */
export function spread<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, i) => items[Math.floor((i * items.length) / most)] as T);
}

/** Pictures as [pictures, size, size, 3]. The caller disposes it. */
export function tensorOf(pictures: readonly Picture[], size: number): tf.Tensor4D {
  const length = size * size * 3;
  const values = new Float32Array(pictures.length * length);
  for (const [i, picture] of pictures.entries()) values.set(picture, i * length);
  return tf.tensor4d(values, [pictures.length, size, size, 3]);
}
