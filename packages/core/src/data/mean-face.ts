import type { Dataset, FaceInfo } from '../contracts/index.js';
import { inParallel } from './parallel.js';

const WIDTH = 8;

/**
 * Mean picture of faces, size * size * 3 in 0..1: what a decoder that has learned nothing but the person's average would
 * draw, and so the least that a swap has to beat. NaN for no faces.
 */
export async function meanFace(dataset: Dataset, faces: readonly FaceInfo[], size: number): Promise<Float32Array> {
  const sum = new Float64Array(size * size * 3);
  await inParallel(faces, WIDTH, async (face) => {
    const { image } = await dataset.load(face, size);
    // Whole numbers: the sum does not depend on the order in which the faces arrive.
    for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + image[i]!;
  });
  return Float32Array.from(sum, (value) => value / 255 / faces.length);
}
