import type { LocatedFace, Masker, Point } from '../contracts.js';

/** The face within its contour: the landmarker's, or the hull of 68 landmarks with the forehead that they leave out. */
export const hull: Masker = {
  name: 'hull',
  async mask({ width, height }, face) {
    return fill(outlineOf(face), width, height);
  },
};

export function outlineOf({ landmarks, outline }: Pick<LocatedFace, 'landmarks' | 'outline'>): readonly Point[] {
  return outline ?? convexHull([...landmarks, ...forehead(landmarks)]);
}

/** The brows, raised by three quarters of their distance from the tip of the nose. */
function forehead(landmarks: readonly Point[]): Point[] {
  const brows = landmarks.slice(17, 27);
  const tip = landmarks[30]!;
  const [bx, by] = [
    brows.reduce((sum, [x]) => sum + x, 0) / brows.length,
    brows.reduce((sum, [, y]) => sum + y, 0) / brows.length,
  ];
  return brows.map(([x, y]): Point => [x + 0.75 * (bx - tip[0]), y + 0.75 * (by - tip[1])]);
}

/** Andrew 1979: the corners in order. */
export function convexHull(points: readonly Point[]): Point[] {
  const sorted = points.toSorted(([ax, ay], [bx, by]) => ax - bx || ay - by);
  const chain = (ordered: readonly Point[]) => {
    const corners: Point[] = [];
    for (const point of ordered) {
      while (corners.length > 1 && turn(corners.at(-2)!, corners.at(-1)!, point) <= 0) corners.pop();
      corners.push(point);
    }
    return corners.slice(0, -1);
  };
  return [...chain(sorted), ...chain(sorted.toReversed())];
}

const turn = ([ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point) => (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);

/** Lines per pixel that are looked at. */
const LINES = 4;

/** Covered share of each pixel, by the rule of odd crossings. */
export function fill(polygon: readonly Point[], width: number, height: number): Float32Array {
  const plane = new Float32Array(width * height);
  for (let line = 0; line < height * LINES; line++) {
    const y = (line + 0.5) / LINES;
    const crossings: number[] = [];
    for (const [i, [ax, ay]] of polygon.entries()) {
      const [bx, by] = polygon[(i + 1) % polygon.length]!;
      if (ay <= y !== by <= y) crossings.push(ax + ((y - ay) / (by - ay)) * (bx - ax));
    }
    crossings.sort((a, b) => a - b);
    const row = Math.floor(line / LINES) * width;
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const [from, to] = [Math.max(0, crossings[i]!), Math.min(width, crossings[i + 1]!)];
      for (let column = Math.floor(from); column < to; column++) {
        plane[row + column]! += Math.max(0, Math.min(to, column + 1) - Math.max(from, column)) / LINES;
      }
    }
  }
  return plane;
}
