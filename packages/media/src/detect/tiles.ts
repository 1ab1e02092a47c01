/** A square part of a picture, in its pixels; it may reach over the right and lower edge. */
export interface Tile {
  readonly left: number;
  readonly top: number;
  readonly side: number;
}

/** Share of its square that a face must have to be found: from 0.043 on, all of 24 faces of 8 people were. */
const REACH = 0.05;

/**
 * Squares to look for faces in: the whole picture, and while faces of `smallest` pixels would be too small in it, squares
 * of half the side, which overlap by the size of the faces that the level above would have missed.
 */
export function tilesOf(width: number, height: number, smallest: number): Tile[] {
  const whole = Math.max(width, height);
  const tiles: Tile[] = [{ left: 0, top: 0, side: whole }];
  for (let side = whole / 2; 2 * side * REACH > smallest; side /= 2) {
    const overlap = 2 * side * REACH;
    for (const top of starts(height, side, overlap)) {
      for (const left of starts(width, side, overlap)) tiles.push({ left, top, side: Math.round(side) });
    }
  }
  return tiles;
}

function starts(length: number, side: number, overlap: number): number[] {
  if (length <= side) return [0];
  const count = Math.ceil((length - overlap) / (side - overlap));
  return Array.from({ length: count }, (_, i) => Math.round((i * (length - side)) / (count - 1)));
}
