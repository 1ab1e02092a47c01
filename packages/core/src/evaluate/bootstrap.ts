import type { Measured, Random } from '../contracts/index.js';

export interface Measurement {
  readonly value: number;
  readonly group: string;
}

export interface Estimate {
  readonly value: number;
  /** 95 % interval. */
  readonly low: number;
  readonly high: number;
}

const RESAMPLES = 1000;

/**
 * Mean with a percentile bootstrap interval (Efron & Tibshirani 1993, chapter 13) over groups: frames of one clip are
 * not independent, so whole groups are drawn.
 */
export function bootstrapMean(measurements: readonly Measurement[], random: Random, resamples = RESAMPLES): Estimate {
  const groups = new Map<string, { sum: number; count: number }>();
  for (const { value, group } of measurements) {
    const total = groups.get(group) ?? { sum: 0, count: 0 };
    groups.set(group, { sum: total.sum + value, count: total.count + 1 });
  }
  const totals = [...groups.values()];
  const mean = (sample: readonly { sum: number; count: number }[]) =>
    sample.reduce((sum, g) => sum + g.sum, 0) / sample.reduce((sum, g) => sum + g.count, 0);
  const stream = random.stream('bootstrap', measurements.length);
  const means = Array.from({ length: resamples }, () =>
    mean(totals.map(() => totals[stream.integer(totals.length)] as { sum: number; count: number })),
  ).sort((a, b) => a - b);
  return { value: mean(totals), low: quantile(means, 0.025), high: quantile(means, 0.975) };
}

/** What a metric handed over with its interval. */
export function estimate(measured: Measured, random: Random): Estimate {
  return 'value' in measured ? measured : bootstrapMean(measured, random);
}

/** The value alone. */
export function meanOf(measured: Measured): number {
  if ('value' in measured) return measured.value;
  return average(measured.map(({ value }) => value));
}

export function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Linear interpolation between order statistics (Hyndman & Fan 1996, type 7, as numpy and R do by default). */
export function quantile(sorted: readonly number[], q: number): number {
  const position = (sorted.length - 1) * q;
  const low = Math.floor(position);
  const [a, b] = [sorted[low] as number, sorted[Math.min(low + 1, sorted.length - 1)] as number];
  return a + (b - a) * (position - low);
}
