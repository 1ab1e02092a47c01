import type { Detector, Landmarker, LocatedFace, Raster, Region } from '../contracts.js';
import { overlap } from '../detect/overlap.js';

export interface Finder {
  readonly detector: Detector;
  readonly landmarker: Landmarker;
}

/** A landmarker's score of what is a face. */
export const FACE_SCORE = 0.5;

/** The faces of a single picture, those found most surely first. */
export async function findFaces({ detector, landmarker }: Finder, picture: Raster): Promise<LocatedFace[]> {
  const detections = await detector.detect(picture);
  return locateTwice(
    landmarker,
    picture,
    detections.map(({ region }) => region),
  );
}

/** Looks again where the first look found the face: a detector's square is a rough one. */
export async function locateTwice(
  landmarker: Landmarker,
  picture: Raster,
  regions: readonly Region[],
): Promise<LocatedFace[]> {
  const rough = (await landmarker.locate(picture, regions)).filter(isFace);
  const exact = await landmarker.locate(
    picture,
    rough.map(({ region }) => region),
  );
  return distinctFaces(exact.filter(isFace));
}

export const isFace = ({ score, region }: LocatedFace): boolean => score >= FACE_SCORE && region.side > 1;

/** Two regions may lead to one face: the first is kept. */
export function distinctFaces(faces: readonly LocatedFace[]): LocatedFace[] {
  const kept: LocatedFace[] = [];
  for (const face of faces) {
    if (!kept.some(({ region }) => overlap(region, face.region) > 0.5)) kept.push(face);
  }
  return kept;
}
