import type { LocatedFace, Point, Raster } from '../contracts.js';
import { apply, invert, type Similarity } from './similarity.js';
import { alignment, type CropFrame } from './template.js';
import { crop } from './warp.js';

/** A face cut out of a picture. */
export interface AlignedFace {
  readonly crop: Raster;
  /** From pixels of the crop to pixels of the picture. */
  readonly toPicture: Similarity;
  /** In pixels of the crop. */
  readonly landmarks: readonly Point[];
  /** In pixels of the crop. */
  readonly outline?: readonly Point[];
}

/** Cuts a face out so that eyes, nose and mouth lie where `frame` has them. */
export function align(picture: Raster, face: LocatedFace, frame: CropFrame, size: number): AlignedFace {
  const toPicture = alignment(face.landmarks, frame, size);
  return { crop: crop(picture, toPicture, size), toPicture, ...within(face, toPicture) };
}

/** A face's parts in pixels of a crop. */
export function within(
  { landmarks, outline }: Pick<LocatedFace, 'landmarks' | 'outline'>,
  toPicture: Similarity,
): Pick<AlignedFace, 'landmarks' | 'outline'> {
  const toCrop = invert(toPicture);
  const carry = (points: readonly Point[]) => points.map((point) => apply(toCrop, point));
  return { landmarks: carry(landmarks), ...(outline === undefined ? {} : { outline: carry(outline) }) };
}
