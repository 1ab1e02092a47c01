import type { Point, Point3 } from '../../head.js';

/** A light line on the hair: start, control point and end on the head's surface. */
export interface Strand {
  readonly through: readonly [Point, Point, Point];
  readonly width: number;
  readonly opacity: number;
}

export type Curl = readonly [x: number, y: number, depth: number, radius: number];

/** A haircut in head units. Outlines slide like the face's outline; hairlines and strands lie on the head's surface. */
export interface HairStyle {
  readonly ears: boolean;
  /** Behind the head: the right half from the crown down, mirrored. */
  readonly back?: readonly Point3[];
  /** Closed shapes behind everything: tails, bunches. */
  readonly tails?: readonly (readonly Point3[])[];
  /** Over the forehead: clockwise along the outside, then back along the hairline. */
  readonly front?: { readonly outside: readonly Point3[]; readonly hairline: readonly Point[]; readonly lift: number };
  /** Round locks: behind the face with the outline's depth, along the hairline with their lift over the surface. */
  readonly curls?: { readonly behind: readonly Curl[]; readonly front: readonly Curl[] };
  readonly strands: readonly Strand[];
  /** Below 1 for hair through which skin shows. */
  readonly density?: number;
}

export const strand = (start: Point, control: Point, end: Point, width = 1.7, opacity = 0.6): Strand => ({
  through: [start, control, end],
  width,
  opacity,
});

export const mirrored = (half: readonly Point3[]): Point3[] => [
  ...[...half].reverse().map(([x, y, z]): Point3 => [-x, y, z]),
  ...half.filter(([x]) => x !== 0),
];
export const mirroredLine = (half: readonly Point[]): Point[] => [
  ...half,
  ...[...half]
    .reverse()
    .filter(([x]) => x !== 0)
    .map(([x, y]): Point => [-x, y]),
];

/** Locks along a polyline, both ends included. */
export function curlsAlong(line: readonly Point[], count: number, depth: number, radius: number): Curl[] {
  return Array.from({ length: count }, (_, i): Curl => {
    const at = (i / (count - 1)) * (line.length - 1);
    const k = Math.min(Math.floor(at), line.length - 2);
    const [a, b] = [line[k] as Point, line[k + 1] as Point];
    const t = at - k;
    // Uneven sizes read as hair, even ones as beads.
    const size = radius * (i % 3 === 0 ? 1.12 : i % 3 === 1 ? 0.9 : 1);
    return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, depth, size];
  });
}
