import type { LocatedFace, Raster } from '../contracts.js';
import { type Finder, findFaces } from '../landmarks/find.js';
import { type FaceModel, type PasteOptions, swapFaces } from './face.js';

/** Whether a face is to be swapped. */
export type Choose = (picture: Raster, faces: readonly LocatedFace[]) => Promise<readonly LocatedFace[]>;

export interface SwappedPicture {
  /** A new one of the same size; that given is left as it is. */
  readonly picture: Raster;
  /** How many were swapped. */
  readonly faces: number;
}

/** Finds the faces of a picture and swaps those that are chosen. */
export async function swapPicture(
  given: Raster,
  model: FaceModel,
  { finder, choose, ...options }: PasteOptions & { readonly finder: Finder; readonly choose: Choose },
): Promise<SwappedPicture> {
  const picture = { ...given, data: given.data.slice() };
  const faces = await choose(given, await findFaces(finder, given));
  await swapFaces(picture, faces, model, options);
  return { picture, faces: faces.length };
}

/** Two pictures of one size, the first on the left. */
export function sideBySide(left: Raster, right: Raster): Raster {
  const { width, height } = left;
  const data = new Uint8Array(2 * width * height * 3);
  const row = width * 3;
  for (let y = 0; y < height; y++) {
    data.set(left.data.subarray(y * row, (y + 1) * row), 2 * y * row);
    data.set(right.data.subarray(y * row, (y + 1) * row), (2 * y + 1) * row);
  }
  return { width: 2 * width, height, data };
}
