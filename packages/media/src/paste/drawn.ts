import { apply, invert, type Similarity, scaleOf } from '../align/similarity.js';
import type { Landmarker, LocatedFace, Point, Raster } from '../contracts.js';
import { isFace } from '../landmarks/find.js';
import { convexHull, fill, outlineOf } from '../mask/hull.js';

/** How much of the face, from below, is chin, and how far it is carried on downwards; in sizes of the face. */
const [CHIN, BELOW] = [0.2, 0.4];

/**
 * What of a drawn crop belongs to its face. Another head is narrower, or its hair lower: what the model drew beside the
 * face, hair and background, has no place within the picture's. Below the chin it drew a neck, which stays: it hides the
 * picture's own chin where that is lower. Undefined where no face is found.
 *
 * @param face the face in the picture that was cut out by `toPicture`
 * @param plane side of what is returned, which covers the crop
 */
export async function drawnFace(
  landmarker: Landmarker,
  drawn: Raster,
  { region: { centre, side, roll } }: LocatedFace,
  toPicture: Similarity,
  plane: number,
): Promise<Float32Array | undefined> {
  const scale = scaleOf(toPicture);
  const region = {
    centre: apply(invert(toPicture), centre),
    side: side / scale,
    roll: roll - Math.atan2(toPicture.b, toPicture.a),
  };
  const [found] = await landmarker.locate(drawn, [region]);
  if (found === undefined || !isFace(found)) return undefined;
  const finer = plane / drawn.width;
  const outline = outlineOf(found).map(([x, y]): Point => [x * finer, y * finer]);
  const size = found.region.side * finer;
  const lowest = Math.max(...outline.map(([, y]) => y));
  const chin = outline.filter(([, y]) => y > lowest - CHIN * size);
  const neck = fill(convexHull([...chin, ...chin.map(([x, y]): Point => [x, y + BELOW * size])]), plane, plane);
  return fill(outline, plane, plane).map((share, i) => Math.max(share, neck[i]!));
}
