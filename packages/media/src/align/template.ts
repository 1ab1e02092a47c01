import type { Point } from '../contracts.js';
import { leastSquares, middle, type Similarity } from './similarity.js';

/** Left eye, right eye, tip of the nose, left and right corner of the mouth, as seen; x, y in 0..1 of the crop. */
export type CropFrame = readonly Point[];

/** The five points of ArcFace's crops of 112 pixels (Deng et al. 2019, insightface). */
const ARCFACE: readonly Point[] = [
  [38.2946, 51.6963],
  [73.5318, 51.5014],
  [56.0252, 71.7366],
  [41.5493, 92.3655],
  [70.7299, 92.2041],
];

/** The same in 0..1: the crop that recognisers of this family take. */
export const ARCFACE_FRAME: CropFrame = ARCFACE.map(([x, y]): Point => [x / 112, y / 112]);

/** The square around a face, brows to chin and ear to ear, that is aligned to ARCFACE. */
const FACE = { centre: [56, 70] as Point, side: 98 };

/** What is left around the face on each side of the crop, in shares of the face's square. */
export const MARGIN = 0.2;

/** Where the five points lie in a crop of this margin. */
export function frameOf(margin: number): CropFrame {
  const side = FACE.side * (1 + 2 * margin);
  return ARCFACE.map(([x, y]): Point => [(x - FACE.centre[0]) / side + 0.5, (y - FACE.centre[1]) / side + 0.5]);
}

/** Of 68 points in iBUG order: eyes, nose and corners of the mouth, as `CropFrame` has them. */
export function fivePoints(landmarks: readonly Point[]): readonly Point[] {
  const [nose, left, right] = [landmarks[30]!, landmarks[48]!, landmarks[54]!];
  return [middle(landmarks.slice(36, 42)), middle(landmarks.slice(42, 48)), nose, left, right];
}

/** Carries pixels of a crop of `size` to pixels of the picture, so that the five points fall on the frame's. */
export function alignment(landmarks: readonly Point[], frame: CropFrame, size: number): Similarity {
  return leastSquares(
    frame.map(([x, y]): Point => [x * size, y * size]),
    fivePoints(landmarks),
  );
}
