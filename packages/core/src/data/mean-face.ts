import type { IdentityFaces } from './identities.js';
import { inParallel } from './parallel.js';

const WIDTH = 8;

/**
 * Mean picture of an identity's training faces, size * size * 3 in 0..1: what a decoder that has learned nothing but the
 * person's average would draw, and so the least that a swap has to beat.
 */
export async function meanFace(
  { dataset, training }: Pick<IdentityFaces, 'dataset' | 'training'>,
  size: number,
): Promise<Float32Array> {
  const sum = new Float64Array(size * size * 3);
  await inParallel(training, WIDTH, async (face) => {
    const { image } = await dataset.load(face, size, []);
    // Whole numbers: the sum does not depend on the order in which the faces arrive.
    for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + image[i]!;
  });
  return Float32Array.from(sum, (value) => value / 255 / training.length);
}
