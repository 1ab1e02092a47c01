import type { Random, RandomStream } from '../../contracts/index.js';
import { quantile } from '../../evaluate/bootstrap.js';
import { aicc, bic, brokenLine, type Fit, polynomial } from './regression.js';

export interface ModelScore {
  readonly name: string;
  readonly rss: number;
  readonly aicc: number;
  readonly bic: number;
}

/** Whether a measure bends at a point or goes smoothly. */
export interface Transition {
  readonly points: number;
  /** The best polynomial by AICc, and the others. */
  readonly smooth: ModelScore;
  readonly smoothOthers: readonly ModelScore[];
  readonly broken: ModelScore & {
    /** In the units of x as it was fitted. */
    readonly at: number;
    readonly slopes: readonly [number, number];
    /** 95 %, by a parametric bootstrap of the broken line. */
    readonly interval: readonly [number, number];
  };
  /** AICc of the smooth model less that of the broken line: above 0 the break fits better. */
  readonly gain: number;
  /** How often a smooth curve with this scatter gives at least this gain. */
  readonly p: number;
  readonly found: boolean;
  readonly curves: { readonly smooth: (x: number) => number; readonly broken: (x: number) => number };
}

export type NoTransition = { readonly points: number; readonly tooFew: string };

/** The polynomials from the first degree on. */
const NAMES = ['line', 'quadratic', 'cubic'];
const LEVEL = 0.05;

/**
 * Compares a smooth model (line, quadratic or cubic, whichever has the least AICc) with a continuous broken line whose
 * break is searched for. The two are not nested and the break is no regular parameter, so the gain in AICc is judged by a
 * parametric bootstrap: new data from the smooth fit with normal scatter, both models fitted again, the choice of the
 * polynomial and the search for the break included (Cox 1961; Efron & Tibshirani 1993, chapter 16). A transition is
 * found when p < 0.05 and the broken line has the lower AICc. Every run counts as one independent point.
 */
export function compareModels(
  x: readonly number[],
  y: readonly number[],
  random: Random,
  resamples = 999,
): Transition | NoTransition {
  const points = x.length;
  const distinct = new Set(x).size;
  if (distinct < 5 || points < 8) {
    return { points, tooFew: `${points} runs at ${distinct} values of x; it takes 8 runs at 5 values` };
  }
  const spread = y.reduce((sum, value) => sum + (value - y[0]!) ** 2, 0);
  if (spread === 0) return { points, tooFew: 'every run has the same value' };
  // Numerically perfect fits would have a criterion of minus infinity.
  const fit = bothModels(x, spread * 1e-12);
  const observed = fit(y);
  const { smooth, broken } = observed;
  const stream = random.stream('transition', points);
  const gains = Array.from({ length: resamples }, () => fit(resample(x, smooth.fit, stream)).gain);
  const breaks = Array.from({ length: resamples }, () => fit(resample(x, broken.fit, stream)).broken.fit.at);
  breaks.sort((a, b) => a - b);
  const p = (1 + gains.filter((gain) => gain >= observed.gain).length) / (resamples + 1);
  const { at, slopes } = broken.fit;
  return {
    points,
    smooth: smooth.score,
    smoothOthers: observed.smooths.flatMap(({ score }) => (score === smooth.score ? [] : [score])),
    broken: { ...broken.score, at, slopes, interval: [quantile(breaks, 0.025), quantile(breaks, 0.975)] },
    gain: observed.gain,
    p,
    found: p < LEVEL && observed.gain > 0,
    curves: { smooth: smooth.fit.predict, broken: broken.fit.predict },
  };
}

function bothModels(x: readonly number[], floor: number) {
  const polynomials = NAMES.map((name, i) => ({ name, fit: polynomial(x, i + 1) }));
  const broken = brokenLine(x);
  return (y: readonly number[]) => {
    const smooths = polynomials.map(({ name, fit }) => scored(name, fit(y), x.length, floor));
    const smooth = smooths.reduce((best, one) => (one.score.aicc < best.score.aicc ? one : best));
    const line = scored('broken line', broken(y), x.length, floor);
    return { smooths, smooth, broken: line, gain: smooth.score.aicc - line.score.aicc };
  };
}

function scored<F extends Fit>(name: string, fit: F, points: number, floor: number) {
  const { parameters } = fit;
  const rss = Math.max(fit.rss, floor);
  const score: ModelScore = {
    name,
    rss,
    aicc: aicc({ rss, parameters }, points),
    bic: bic({ rss, parameters }, points),
  };
  return { fit, score };
}

function resample(x: readonly number[], { predict, rss, parameters }: Fit, stream: RandomStream): number[] {
  const deviation = Math.sqrt(rss / (x.length - parameters));
  return x.map((value) => predict(value) + deviation * stream.normal());
}
