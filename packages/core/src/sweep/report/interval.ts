/** Mean over seeds and what one more set of seeds may give. */
export interface SeedInterval {
  readonly mean: number;
  /** Student's t interval, 95 %; null from one seed alone, which says nothing about others. */
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number;
}

/** Student 1908: mean -+ t(0.975, n - 1) s / sqrt(n). Three seeds are too few for a bootstrap, whose interval would be far too narrow. */
export function seedInterval(values: readonly number[]): SeedInterval {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2) return { mean, low: null, high: null, n };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const half = tQuantile(0.975, n - 1) * Math.sqrt(variance / n);
  return { mean, low: mean - half, high: mean + half, n };
}

/** The value that Student's t with `degrees` (a whole number) stays below with probability `p` > 0.5. By bisection of the distribution. */
export function tQuantile(p: number, degrees: number): number {
  let [low, high] = [0, 1];
  while (tBelow(high, degrees) < p) high *= 2;
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (tBelow(middle, degrees) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(T <= t) for t >= 0, by the finite series for whole degrees of freedom (Abramowitz & Stegun 1964, 26.7.3 and 26.7.4). */
function tBelow(t: number, degrees: number): number {
  const angle = Math.atan2(t, Math.sqrt(degrees));
  const [sine, square] = [Math.sin(angle), Math.cos(angle) ** 2];
  const even = degrees % 2 === 0;
  let term = even ? 1 : Math.cos(angle);
  let sum = degrees === 1 ? 0 : term;
  for (let k = even ? 1 : 2; k <= degrees - 3 + (even ? 1 : 0); k += 2) {
    if (k > degrees - 2) break;
    term *= (k / (k + 1)) * square;
    sum += term;
  }
  const within = even ? sine * sum : (2 / Math.PI) * (angle + sine * sum);
  return 0.5 + within / 2;
}
