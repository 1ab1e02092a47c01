/**
 * Lets a mask fade inwards: pixels at the edge, or of the picture's border, get 0 and those that lie `width` pixels inside
 * their full value, smoothly between. Nothing outside the mask is touched by what is painted through it.
 */
export function feather(mask: Float32Array, size: number, width: number): Float32Array {
  if (width <= 0) return mask;
  const distance = distances(mask, size);
  return mask.map((value, i) => value * smooth(Math.min(1, distance[i]! / width)));
}

const smooth = (t: number): number => t * t * (3 - 2 * t);

/** Steps along a row, and across a corner, of Borgefors' (1986) 3-4 distance in thirds of a pixel. */
const [STRAIGHT, DIAGONAL] = [3, 4];

/** Of each pixel to the nearest one outside of the mask (below one half, or beyond the border), in pixels. */
function distances(mask: Float32Array, size: number): Float32Array {
  const padded = size + 2;
  const grid = new Float32Array(padded * padded);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      if (mask[row * size + column]! >= 0.5) grid[(row + 1) * padded + column + 1] = Number.POSITIVE_INFINITY;
    }
  }
  const relax = (at: number, direction: 1 | -1) => {
    if (grid[at] === 0) return;
    const neighbours = [
      grid[at - direction]! + STRAIGHT,
      grid[at - direction * padded]! + STRAIGHT,
      grid[at - direction * (padded + 1)]! + DIAGONAL,
      grid[at - direction * (padded - 1)]! + DIAGONAL,
    ];
    grid[at] = Math.min(grid[at]!, ...neighbours);
  };
  const first = padded + 1;
  const last = padded * padded - padded - 2;
  for (let at = first; at <= last; at++) relax(at, 1);
  for (let at = last; at >= first; at--) relax(at, -1);
  const inside = new Float32Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      // The edge itself runs half a pixel before the first pixel outside.
      inside[row * size + column] = Math.max(0, grid[(row + 1) * padded + column + 1]! / STRAIGHT - 0.5);
    }
  }
  return inside;
}
