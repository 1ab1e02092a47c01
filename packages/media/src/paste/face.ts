import type { FaceSwap } from '@fsae/core';
import { within } from '../align/align.js';
import { alignment, type CropFrame } from '../align/template.js';
import { crop } from '../align/warp.js';
import type { LocatedFace, Masker, Raster } from '../contracts.js';
import { feather } from '../mask/feather.js';
import { type ColourTransfer, transferColour } from './colour.js';
import { paste } from './paste.js';

/** What draws another person's face; `FaceSwap` of @fsae/core is one. */
export type FaceModel = Pick<FaceSwap, 'size' | 'swap'>;

export interface PasteOptions {
  /** Where the five points lie in the faces that the model knows. */
  readonly frame: CropFrame;
  readonly masker: Masker;
  readonly colour: ColourTransfer;
  /** Over which the swapped face fades in from the mask's edge, in shares of the crop. */
  readonly feather: number;
}

/** Side of the square that masks are drawn in: a model's own 64 pixels would leave stairs in a photograph. */
export const MASK_SIDE = 256;

/** Swaps the given faces of a picture, in place: pose, expression and light stay. */
export async function swapFaces(
  picture: Raster,
  faces: readonly LocatedFace[],
  model: FaceModel,
  options: PasteOptions,
): Promise<void> {
  if (faces.length === 0) return;
  const { size } = model;
  const { frame, colour } = options;
  const placed = faces.map((face) => {
    const toPicture = alignment(face.landmarks, frame, size);
    return { toPicture, before: crop(picture, toPicture, size) };
  });
  const drawn = await model.swap(placed.map(({ before }) => before.data));
  // All masks before the first paste: no face is judged by what was painted over its neighbour.
  const masks: Float32Array[] = [];
  for (const face of faces) masks.push(await maskOf(picture, face, options));
  for (const [i, { toPicture, before }] of placed.entries()) {
    const values = masks[i]!;
    const after: Raster = { width: size, height: size, data: drawn[i]! };
    const coloured = colour === 'lab' ? transferColour(after, before, resized(values, MASK_SIDE, size)) : after;
    paste(picture, coloured, { size: MASK_SIDE, values }, toPicture);
  }
}

async function maskOf(
  picture: Raster,
  face: LocatedFace,
  { frame, masker, ...by }: PasteOptions,
): Promise<Float32Array> {
  const toPicture = alignment(face.landmarks, frame, MASK_SIDE);
  const mask = await masker.mask(crop(picture, toPicture, MASK_SIDE), within(face, toPicture));
  return feather(mask, MASK_SIDE, by.feather * MASK_SIDE);
}

/** Nearest values, for weights. */
function resized(plane: Float32Array, from: number, to: number): Float32Array {
  const at = (i: number) => Math.min(from - 1, Math.floor(((i + 0.5) * from) / to));
  return Float32Array.from({ length: to * to }, (_, i) => plane[at(Math.floor(i / to)) * from + at(i % to)]!);
}
