/** A least-squares fit of y over x. */
export interface Fit {
  readonly predict: (x: number) => number;
  /** Sum of squared residuals. */
  readonly rss: number;
  /** Free numbers, the break included, the variance not. */
  readonly parameters: number;
}

export interface BrokenLine extends Fit {
  readonly at: number;
  /** Before and after the break. */
  readonly slopes: readonly [number, number];
}

/** Fits of one kind to many y over the same x: what depends on x alone is computed once. */
export type Fitter<F extends Fit = Fit> = (y: readonly number[]) => F;

/** A polynomial of the degree; x is brought to -1..1 first, so that cubes of large numbers lose nothing. */
export function polynomial(x: readonly number[], degree: number): Fitter {
  const [low, high] = [Math.min(...x), Math.max(...x)];
  const scaled = (value: number) => (high === low ? 0 : (2 * (value - low)) / (high - low) - 1);
  const powers = (value: number) => Array.from({ length: degree + 1 }, (_, power) => scaled(value) ** power);
  const solve = leastSquares(x.map(powers));
  return (y) => {
    const { coefficients, rss } = solve(y);
    return { predict: (value) => dot(powers(value), coefficients), rss, parameters: degree + 1 };
  };
}

/**
 * Two lines that meet, y = a + b min(0, x - c) + d max(0, x - c), with the break c where the squared residuals are least.
 * The search is exact (Hudson 1966): between two neighbouring x the best break is where the separate lines through the
 * points on either side meet, or else one of the two x. Each side keeps two distinct x or more, so at least four are needed.
 */
export function brokenLine(x: readonly number[]): Fitter<BrokenLine> {
  const knots = [...new Set(x)].sort((a, b) => a - b);
  const atKnots = knots.slice(1, -1).map((at) => brokenAt(x, at));
  const between = knots.slice(1, -2).map((left, k) => ({ left, right: knots[k + 2]!, meet: meeting(x, left) }));
  return (y) => {
    let best = atKnots.map((fit) => fit(y)).reduce((least, fit) => (fit.rss < least.rss ? fit : least));
    for (const { left, right, meet } of between) {
      const at = meet(y);
      if (!(at > left && at < right)) continue;
      const fit = brokenAt(x, at)(y);
      if (fit.rss < best.rss) best = fit;
    }
    return best;
  };
}

function brokenAt(x: readonly number[], at: number): Fitter<BrokenLine> {
  const row = (value: number) => [1, Math.min(0, value - at), Math.max(0, value - at)];
  const solve = leastSquares(x.map(row));
  return (y) => {
    const { coefficients, rss } = solve(y);
    const [, before, after] = coefficients as [number, number, number];
    return { at, slopes: [before, after], predict: (value) => dot(row(value), coefficients), rss, parameters: 4 };
  };
}

/** Where the line through the points up to `last` meets that through the others; NaN for parallels. */
function meeting(x: readonly number[], last: number): (y: readonly number[]) => number {
  const line = (isMine: (value: number) => boolean) => {
    const mine = x.flatMap((value, i) => (isMine(value) ? [i] : []));
    const solve = leastSquares(mine.map((i) => [1, x[i]!]));
    return (y: readonly number[]) => solve(mine.map((i) => y[i]!)).coefficients as [number, number];
  };
  const [before, after] = [line((value) => value <= last), line((value) => value > last)];
  return (y) => {
    const [a, b] = before(y);
    const [c, d] = after(y);
    return (c - a) / (b - d);
  };
}

/** By modified Gram-Schmidt; `rows` are the values of the model's terms at each point. */
function leastSquares(rows: readonly (readonly number[])[]) {
  const width = rows[0]?.length ?? 0;
  const units = Array.from({ length: width }, (_, j) => Float64Array.from(rows, (row) => row[j]!));
  const upper = Array.from({ length: width }, () => new Float64Array(width));
  for (const [j, unit] of units.entries()) {
    const norm = Math.sqrt(dot(unit, unit));
    upper[j]![j] = norm;
    for (let i = 0; i < unit.length; i++) unit[i]! /= norm;
    for (let k = j + 1; k < width; k++) upper[j]![k] = takeOut(unit, units[k]!);
  }
  return (y: readonly number[]) => {
    const residual = Float64Array.from(y);
    const coefficients = units.map((unit) => takeOut(unit, residual));
    for (let j = width - 1; j >= 0; j--) {
      for (let k = j + 1; k < width; k++) coefficients[j]! -= upper[j]![k]! * coefficients[k]!;
      coefficients[j]! /= upper[j]![j]!;
    }
    return { coefficients, rss: dot(residual, residual) };
  };
}

/** Subtracts the part of `vector` that lies along `unit`, and returns how much that was. */
function takeOut(unit: Float64Array, vector: Float64Array): number {
  const share = dot(unit, vector);
  for (let i = 0; i < unit.length; i++) vector[i]! -= share * unit[i]!;
  return share;
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Akaike's criterion for few points (Hurvich & Tsai 1989), up to a constant; the variance counts as a parameter. */
export function aicc({ rss, parameters }: Pick<Fit, 'rss' | 'parameters'>, n: number): number {
  const k = parameters + 1;
  return n * Math.log(rss / n) + 2 * k + (2 * k * (k + 1)) / (n - k - 1);
}

/** Schwarz 1978, up to the same constant. */
export function bic({ rss, parameters }: Pick<Fit, 'rss' | 'parameters'>, n: number): number {
  return n * Math.log(rss / n) + (parameters + 1) * Math.log(n);
}
