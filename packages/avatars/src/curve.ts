import type { Point } from './head.js';

/** A smooth curve through its points: uniform Catmull-Rom, drawn as cubic Béziers. */
export interface Curve {
  readonly points: readonly Point[];
  readonly closed: boolean;
}

export const closed = (points: readonly Point[]): Curve => ({ points, closed: true });
export const open = (points: readonly Point[]): Curve => ({ points, closed: false });

type Cubic = readonly [Point, Point, Point, Point];

function cubic({ points, closed }: Curve, segment: number): Cubic {
  const last = points.length - 1;
  const at = (i: number): Point =>
    points[closed ? (i + points.length) % points.length : Math.max(0, Math.min(last, i))] as Point;
  const [before, from, to, after] = [at(segment - 1), at(segment), at(segment + 1), at(segment + 2)];
  return [
    from,
    [from[0] + (to[0] - before[0]) / 6, from[1] + (to[1] - before[1]) / 6],
    [to[0] - (after[0] - from[0]) / 6, to[1] - (after[1] - from[1]) / 6],
    to,
  ];
}

const write = ([x, y]: Point): string => `${x.toFixed(2)} ${y.toFixed(2)}`;

/** SVG path data. */
export function pathOf(curve: Curve): string {
  const segments = curve.closed ? curve.points.length : curve.points.length - 1;
  let d = `M${write(curve.points[0] as Point)}`;
  for (let i = 0; i < segments; i++) {
    const [, first, second, to] = cubic(curve, i);
    d += `C${write(first)} ${write(second)} ${write(to)}`;
  }
  return curve.closed ? `${d}Z` : d;
}

/** SVG path data of quadratic Béziers from a first point on: [control, end] pairs. */
export const quadraticPath = (from: Point, ...arcs: readonly (readonly [control: Point, to: Point])[]): string =>
  `M${write(from)}${arcs.map(([control, to]) => `Q${write(control)} ${write(to)}`).join('')}`;

/** The point at `at`: whole numbers are the curve's own points. */
export function pointOn(curve: Curve, at: number): Point {
  const segment = Math.min(Math.floor(at), curve.points.length - (curve.closed ? 1 : 2));
  const t = at - segment;
  const [a, b, c, d] = cubic(curve, segment);
  const weigh = (k: 0 | 1) =>
    (1 - t) ** 3 * a[k] + 3 * (1 - t) ** 2 * t * b[k] + 3 * (1 - t) * t ** 2 * c[k] + t ** 3 * d[k];
  return [weigh(0), weigh(1)];
}

export function pointOnQuadratic(from: Point, control: Point, to: Point, t: number): Point {
  const weigh = (k: 0 | 1) => (1 - t) ** 2 * from[k] + 2 * (1 - t) * t * control[k] + t ** 2 * to[k];
  return [weigh(0), weigh(1)];
}

/** `count` points at equal distances along the curve from position `from` to `to`, both ends included. */
export function spread(curve: Curve, from: number, to: number, count: number): Point[] {
  const fine = Array.from({ length: 97 }, (_, i) => pointOn(curve, from + ((to - from) * i) / 96));
  const length = [0];
  for (let i = 1; i < fine.length; i++) {
    const [a, b] = [fine[i - 1] as Point, fine[i] as Point];
    length.push((length[i - 1] as number) + Math.hypot(b[0] - a[0], b[1] - a[1]));
  }
  const total = length.at(-1) as number;
  return Array.from({ length: count }, (_, i) => {
    const wanted = (total * i) / (count - 1);
    const next = Math.max(
      1,
      length.findIndex((l) => l >= wanted - 1e-9),
    );
    const [a, b] = [fine[next - 1] as Point, fine[next] as Point];
    const [before, after] = [length[next - 1] as number, length[next] as number];
    const t = after > before ? (wanted - before) / (after - before) : 0;
    return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];
  });
}
