import type { Random } from '../../contracts/index.js';
import { fsaeError } from '../../errors/catalogue.js';
import type { MeasuredLine } from '../results.js';
import { type Arranged, arrange, CELLS, type Cell } from './cells.js';
import type { SeedInterval } from './interval.js';
import { DEFAULT_MEASURES, LEAKS, type Measure } from './measures.js';
import { compareModels, type NoTransition, type Transition } from './transition.js';

export type Scale = 'linear' | 'log2';

export interface StatisticsOptions {
  readonly x?: string;
  readonly by?: readonly string[];
  /** Of x, in figures and fits. Defaults to log2 for `cells`, else linear. */
  readonly scale?: Scale;
  /** Keys; those of DEFAULT_MEASURES that were measured when left out. */
  readonly measures?: readonly string[];
  readonly random: Random;
}

export interface SeriesTransition {
  readonly measure: string;
  readonly series: string;
  readonly result: Transition | NoTransition;
  /** p by Holm 1979: what is left of it among so many tests; null where nothing was tested. */
  readonly adjusted: number | null;
}

export interface ParetoPoint {
  readonly series: string;
  readonly cell: Cell;
  readonly reconstruction: SeedInterval;
  readonly leak: SeedInterval;
  /** No other cell reconstructs better and leaks less. */
  readonly front: boolean;
}

export interface SweepStatistics extends Arranged {
  readonly scale: Scale;
  readonly shown: readonly Measure[];
  readonly transitions: readonly SeriesTransition[];
  readonly pareto: readonly { readonly leak: Measure; readonly points: readonly ParetoPoint[] }[];
}

const RECONSTRUCTION = 'reconstruction.psnr';

/** All that a report says, as numbers. @throws FSAE_SWEEP_AXIS */
export function sweepStatistics(lines: readonly MeasuredLine[], options: StatisticsOptions): SweepStatistics {
  const arranged = arrange(lines, options);
  const { measures, series, numeric, x } = arranged;
  const scale = options.scale ?? (x === CELLS ? 'log2' : 'linear');
  const keys = options.measures ?? DEFAULT_MEASURES.filter((key) => measures.has(key));
  const shown = keys.map((key) => {
    const measure = measures.get(key);
    if (measure !== undefined) return measure;
    throw fsaeError('FSAE_SWEEP_AXIS', { option: '--measures', received: key, known: [...measures.keys()] });
  });
  const onScale = scale === 'log2' ? Math.log2 : (value: number) => value;
  const transitions = numeric
    ? shown.flatMap(({ key }) =>
        series.flatMap(({ name, cells }): Omit<SeriesTransition, 'adjusted'>[] => {
          const points = cells.flatMap((cell) => cell.points.filter(({ x, values }) => x !== null && values.has(key)));
          // A remedy that was tried at one grid is no line.
          if (new Set(points.map(({ x }) => x)).size < 3) return [];
          const [at, values] = [
            points.map(({ x }) => onScale(x as number)),
            points.map((p) => p.values.get(key) as number),
          ];
          return [{ measure: key, series: name, result: compareModels(at, values, options.random) }];
        }),
      )
    : [];
  const pareto = LEAKS.flatMap((key) => {
    const leak = measures.get(key);
    return leak === undefined || !measures.has(RECONSTRUCTION) ? [] : [{ leak, points: paretoOf(arranged, leak) }];
  });
  return { ...arranged, scale, shown, transitions: adjusted(transitions), pareto };
}

/** Holm's step-down correction: the k-th smallest of m p-values counts m - k + 1 times, and never less than the one before. */
function adjusted(transitions: readonly Omit<SeriesTransition, 'adjusted'>[]): SeriesTransition[] {
  const tested = transitions.flatMap(({ result }) => ('p' in result ? [result] : [])).sort((a, b) => a.p - b.p);
  let least = 0;
  const values = new Map(
    tested.map((result, k) => {
      least = Math.max(least, Math.min(1, result.p * (tested.length - k)));
      return [result as Transition | NoTransition, least];
    }),
  );
  return transitions.map((one) => ({ ...one, adjusted: values.get(one.result) ?? null }));
}

function paretoOf({ series, measures }: Arranged, leak: Measure): ParetoPoint[] {
  const points = series.flatMap(({ name, cells }) =>
    cells.flatMap((cell) => {
      const [reconstruction, leaked] = [cell.intervals.get(RECONSTRUCTION), cell.intervals.get(leak.key)];
      return reconstruction && leaked ? [{ series: name, cell, reconstruction, leak: leaked }] : [];
    }),
  );
  const sign = ({ better }: Measure) => (better === 'higher' ? 1 : -1);
  const quality = sign(measures.get(RECONSTRUCTION) as Measure);
  const merits = points.map((point) => [quality * point.reconstruction.mean, sign(leak) * point.leak.mean] as const);
  const front = paretoFront(merits);
  return points.map((point, i) => ({ ...point, front: front[i] as boolean }));
}

/** Which points no other one beats: at least as good in both, better in one. Higher is better in both. */
export function paretoFront(points: readonly (readonly [number, number])[]): boolean[] {
  return points.map(([a, b]) => !points.some(([c, d]) => c >= a && d >= b && (c > a || d > b)));
}

/** The statistics as JSON holds them. */
export function toJson({ x, by, scale, shown, measures, series, transitions, pareto }: SweepStatistics) {
  return {
    x,
    by,
    scale,
    interval: "95 %, Student's t over seeds",
    measures: [...measures.values()],
    shown: shown.map(({ key }) => key),
    cells: series.flatMap(({ name, cells }) =>
      cells.map((cell) => ({
        series: name,
        axes: cell.axes,
        x: cell.x,
        runs: cell.points.map(({ line }) => line.run),
        values: Object.fromEntries(
          [...cell.intervals].map(([key, interval]) => [
            key,
            { ...interval, each: cell.points.map(({ values }) => values.get(key) ?? null) },
          ]),
        ),
      })),
    ),
    transitions: transitions.map(({ measure, series: name, result, adjusted: pAdjusted }) => {
      if ('tooFew' in result) return { measure, series: name, ...result };
      const { curves: _, ...numbers } = result;
      return { measure, series: name, ...numbers, pAdjusted };
    }),
    pareto: pareto.map(({ leak, points }) => ({
      leak: leak.key,
      points: points.map(({ series: name, cell, reconstruction, leak: leaked, front }) => ({
        series: name,
        axes: cell.axes,
        reconstruction: reconstruction.mean,
        leak: leaked.mean,
        front,
      })),
    })),
  };
}
