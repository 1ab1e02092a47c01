import { alignment } from '../align/template.js';
import { crop } from '../align/warp.js';
import type { Embedder, LocatedFace, Raster } from '../contracts.js';
import { mediaError } from '../errors.js';
import { type Finder, findFaces } from '../landmarks/find.js';
import { readPhoto } from '../read/photo.js';

/** How unlike the person each face is: 1 - cosine of the embeddings, 0..2. */
export type Distances = (picture: Raster, faces: readonly LocatedFace[]) => Promise<readonly number[]>;

/**
 * Compares faces with the one of an example picture.
 * @throws FSAE_MEDIA_PERSON when it does not show exactly one; FSAE_MEDIA_PICTURE
 */
export async function distancesFrom(example: string, embedder: Embedder, finder: Finder): Promise<Distances> {
  const { picture } = await readPhoto(example);
  const faces = await findFaces(finder, picture);
  if (faces.length !== 1) throw mediaError('FSAE_MEDIA_PERSON', { path: example, faces: faces.length });
  const [wanted] = await embeddings(embedder, picture, faces);
  return async (shown, others) => (await embeddings(embedder, shown, others)).map((one) => 1 - cosine(wanted!, one));
}

async function embeddings(embedder: Embedder, picture: Raster, faces: readonly LocatedFace[]) {
  if (faces.length === 0) return [];
  const { size, frame } = embedder;
  return embedder.embed(faces.map(({ landmarks }) => crop(picture, alignment(landmarks, frame, size), size)));
}

function cosine(a: Float32Array, b: Float32Array): number {
  let [product, aa, bb] = [0, 0, 0];
  for (const [i, value] of a.entries()) {
    product += value * b[i]!;
    aa += value * value;
    bb += b[i]! ** 2;
  }
  return product / Math.sqrt(aa * bb || 1);
}
