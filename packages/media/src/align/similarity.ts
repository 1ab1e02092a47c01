import type { Point } from '../contracts.js';

/** (u, v) to (a u - b v + x, b u + a v + y): turns, scales and moves. */
export interface Similarity {
  readonly a: number;
  readonly b: number;
  readonly x: number;
  readonly y: number;
}

export function apply({ a, b, x, y }: Similarity, [u, v]: Point): Point {
  return [a * u - b * v + x, b * u + a * v + y];
}

export function invert({ a, b, x, y }: Similarity): Similarity {
  const square = a * a + b * b;
  const [c, d] = [a / square, -b / square];
  return { a: c, b: d, x: -(c * x - d * y), y: -(d * x + c * y) };
}

/** First `inner`, then `outer`. */
export function compose(outer: Similarity, inner: Similarity): Similarity {
  const [x, y] = apply(outer, [inner.x, inner.y]);
  return { a: outer.a * inner.a - outer.b * inner.b, b: outer.a * inner.b + outer.b * inner.a, x, y };
}

/** By how much lengths grow. */
export function scaleOf({ a, b }: Similarity): number {
  return Math.hypot(a, b);
}

/**
 * The similarity that carries `from` to `to` with the least sum of squared distances (Umeyama 1991, eq. 39 to 42; in the
 * plane, without reflection, the singular value decomposition has a closed form).
 * @throws RangeError when the points are not as many, or all in one spot
 */
export function leastSquares(from: readonly Point[], to: readonly Point[]): Similarity {
  if (from.length !== to.length) throw new RangeError(`${from.length} points cannot be carried to ${to.length}.`);
  const [[mu, mv], [mx, my]] = [middle(from), middle(to)];
  let [variance, a, b] = [0, 0, 0];
  for (const [i, [u, v]] of from.entries()) {
    const [x, y] = to[i]!;
    variance += (u - mu) ** 2 + (v - mv) ** 2;
    a += (u - mu) * (x - mx) + (v - mv) * (y - my);
    b += (u - mu) * (y - my) - (v - mv) * (x - mx);
  }
  if (!(variance > 0)) throw new RangeError('All points lie in one spot.');
  a /= variance;
  b /= variance;
  return { a, b, x: mx - a * mu + b * mv, y: my - b * mu - a * mv };
}

export function middle(points: readonly Point[]): Point {
  const n = points.length;
  return [points.reduce((sum, [x]) => sum + x, 0) / n, points.reduce((sum, [, y]) => sum + y, 0) / n];
}
