import type { FaceSwap } from '@fsae/core';
import { within } from '../align/align.js';
import type { Similarity } from '../align/similarity.js';
import { alignment, type CropFrame } from '../align/template.js';
import { crop } from '../align/warp.js';
import type { Landmarker, LocatedFace, Masker, Raster } from '../contracts.js';
import { feather } from '../mask/feather.js';
import { convexHull, fill } from '../mask/hull.js';
import { type ColourTransfer, transferColour } from './colour.js';
import { drawnFace } from './drawn.js';
import { paste } from './paste.js';

/** What draws another person's face; `FaceSwap` of @fsae/core is one. */
export type FaceModel = Pick<FaceSwap, 'size' | 'swap'>;

export interface PasteOptions {
  /** Where the five points lie in the faces that the model knows. */
  readonly frame: CropFrame;
  readonly masker: Masker;
  /** Finds the face in what the model drew, so that nothing beside it is painted; without one all of it is. */
  readonly landmarker?: Landmarker;
  readonly colour: ColourTransfer;
  /** Over which the swapped face fades in from the mask's edge, in shares of the crop. */
  readonly feather: number;
}

/** A picture and those of its faces that are to be swapped. */
export interface Subject {
  readonly picture: Raster;
  readonly faces: readonly LocatedFace[];
}

interface Placed {
  readonly picture: Raster;
  readonly face: LocatedFace;
  readonly toPicture: Similarity;
  readonly before: Raster;
  readonly mask: Float32Array;
}

/** Side of the square that masks are drawn in: a model's own 64 pixels would leave stairs in a photograph. */
const MASK_SIDE = 256;

/** Swaps faces in their pictures, in place: pose, expression and light stay. All go through the model together. */
export async function swapFaces(subjects: readonly Subject[], model: FaceModel, options: PasteOptions): Promise<void> {
  const { size } = model;
  // All are cut out before the first paste: no face is judged by what was painted over its neighbour.
  const placed: Placed[] = [];
  for (const { picture, faces } of subjects) {
    for (const face of faces) {
      const toPicture = alignment(face.landmarks, options.frame, size);
      const before = crop(picture, toPicture, size);
      placed.push({ picture, face, toPicture, before, mask: await maskOf(picture, face, options) });
    }
  }
  if (placed.length === 0) return;
  const drawn = await model.swap(placed.map(({ before }) => before.data));
  const { landmarker, colour, feather: width } = options;
  for (const [i, { picture, face, toPicture, before, mask }] of placed.entries()) {
    const after: Raster = { width: size, height: size, data: drawn[i]! };
    const shown = landmarker && (await drawnFace(landmarker, after, face, toPicture, MASK_SIDE));
    const common = shown === undefined ? mask : mask.map((share, at) => share * shown[at]!);
    const values = feather(common, MASK_SIDE, width * MASK_SIDE);
    const coloured = colour === 'lab' ? transferColour(after, before, skinOf(values, face, toPicture, size)) : after;
    paste(picture, coloured, { size: MASK_SIDE, values }, toPicture);
  }
}

async function maskOf(picture: Raster, face: LocatedFace, { frame, masker }: PasteOptions): Promise<Float32Array> {
  const toPicture = alignment(face.landmarks, frame, MASK_SIDE);
  return masker.mask(crop(picture, toPicture, MASK_SIDE), within(face, toPicture));
}

/** The mask without the mouth: an open one is dark, and would be taken for the skin's contrast. */
function skinOf(mask: Float32Array, face: LocatedFace, toPicture: Similarity, size: number): Float32Array {
  const lips = within(face, toPicture).landmarks.slice(48, 60);
  const mouth = fill(convexHull(lips), size, size);
  return resized(mask, MASK_SIDE, size).map((share, i) => share * (1 - mouth[i]!));
}

/** Nearest values, for weights. */
function resized(plane: Float32Array, from: number, to: number): Float32Array {
  const at = (i: number) => Math.min(from - 1, Math.floor(((i + 0.5) * from) / to));
  return Float32Array.from({ length: to * to }, (_, i) => plane[at(Math.floor(i / to)) * from + at(i % to)]!);
}
