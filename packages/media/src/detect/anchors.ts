import type { Detection, Point } from '../contracts.js';

/** Side of the network's pictures. */
export const SIDE = 256;

/** Of BlazeFace for 256 pixels: 2 anchors in each cell of 16 pixels, 6 in each of 32. */
const GRIDS = [
  { stride: 16, perCell: 2 },
  { stride: 32, perCell: 6 },
] as const;

/** Middles of the anchors in pixels, in the network's order. */
const anchors: readonly Point[] = GRIDS.flatMap(({ stride, perCell }) =>
  Array.from({ length: perCell * (SIDE / stride) ** 2 }, (_, index): Point => {
    const cell = Math.floor(index / perCell);
    const columns = SIDE / stride;
    return [stride * ((cell % columns) + 0.5), stride * (Math.floor(cell / columns) + 0.5)];
  }),
);

/** Middle, width and height of the box, and six points, x and y each. */
const VALUES = 16;

/**
 * Faces in what the network says of one picture: a score of each anchor, then VALUES numbers of each, relative to the
 * anchor. Coordinates in pixels of the network's picture.
 */
export function decode(output: Float32Array, threshold: number): Detection[] {
  const found: Detection[] = [];
  for (const [i, [x, y]] of anchors.entries()) {
    const score = 1 / (1 + Math.exp(-output[i]!));
    if (score < threshold) continue;
    const at = anchors.length + i * VALUES;
    const value = (k: number) => output[at + k]!;
    const side = Math.max(value(2), value(3));
    // The first two of the six points are the eyes, the one on the picture's left first.
    const roll = Math.atan2(value(7) - value(5), value(6) - value(4));
    found.push({ score, region: { centre: [x + value(0), y + value(1)], side, roll } });
  }
  return found;
}
