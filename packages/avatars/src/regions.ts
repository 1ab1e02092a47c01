import type { Point } from './head.js';

/** Corners in 0..1 of the picture. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Rows and columns of a picture of 64 pixels, the end not included. */
const box = (left: number, right: number, top: number, bottom: number): Box => ({
  left: left / 64,
  top: top / 64,
  right: right / 64,
  bottom: bottom / 64,
});

/** The same two parts of every picture, whoever and whatever pose it shows: what evaluation reports apart. */
export const regions = {
  eyes: box(10, 54, 18, 36),
  mouth: box(18, 46, 38, 56),
} as const satisfies Readonly<Record<string, Box>>;

/** Where left eye, right eye, nose tip and mouth corners lie on average over people and poses, in 0..1. */
export const frame: readonly Point[] = [
  [0.344, 0.442],
  [0.656, 0.442],
  [0.5, 0.603],
  [0.355, 0.76],
  [0.645, 0.76],
];
