import { fsaeError } from '../../errors/catalogue.js';
import { SEED } from '../expand.js';
import type { MeasuredLine } from '../results.js';
import { type SeedInterval, seedInterval } from './interval.js';
import { type Measure, measuresOf } from './measures.js';

/** A run of the sweep as the statistics see it. */
export interface MeasuredPoint {
  readonly line: MeasuredLine;
  /** Where it stands along x; null where the run has no such axis. */
  readonly x: number | null;
  readonly values: ReadonlyMap<string, number>;
}

/** Runs that differ in their seed only. */
export interface Cell {
  /** Without the seed. */
  readonly axes: Readonly<Record<string, string>>;
  readonly x: number | null;
  /** As the axis names it. */
  readonly xName: string | null;
  readonly points: readonly MeasuredPoint[];
  readonly intervals: ReadonlyMap<string, SeedInterval>;
}

/** Cells that differ in x only: a line of a figure. */
export interface Series {
  readonly name: string;
  readonly cells: readonly Cell[];
}

export interface Arranged {
  /** The axis that figures run along; 'cells' for rows * columns of the latent. */
  readonly x: string;
  /** Whether its values are numbers: only then is anything fitted over it. */
  readonly numeric: boolean;
  readonly by: readonly string[];
  readonly measures: ReadonlyMap<string, Measure>;
  readonly series: readonly Series[];
}

/** Rows times columns of the latent, which every run knows, whatever its axes. */
export const CELLS = 'cells';

/**
 * Runs in lines and cells. Without a choice x is `grid`, else the axis with the most numbers; a line is made of every
 * other axis but the seed.
 * @throws FSAE_SWEEP_AXIS
 */
export function arrange(
  lines: readonly MeasuredLine[],
  wanted: { readonly x?: string; readonly by?: readonly string[] },
): Arranged {
  const axes = [...new Set(lines.flatMap((line) => Object.keys(line.axes)))];
  const x = known('--x', wanted.x, [...axes, CELLS]) ?? usualX(lines, axes);
  const others = axes.filter((axis) => axis !== x && axis !== SEED);
  const by = wanted.by === undefined ? others : wanted.by.map((axis) => known('--by', axis, axes) as string);
  const named = x === CELLS ? [] : distinctOf(lines, x);
  const numeric = x === CELLS || named.every((value) => Number.isFinite(Number(value)));
  const placeOf = ({ axes, latent }: MeasuredLine): number | null => {
    if (x === CELLS) return latent[0] * latent[1];
    const value = axes[x];
    return value === undefined ? null : numeric ? Number(value) : named.indexOf(value);
  };
  const measures = new Map<string, Measure>();
  const points = lines.map((line): MeasuredPoint => {
    const found = measuresOf(line.rows);
    for (const [key, { unit, better }] of found) measures.set(key, { key, unit, better });
    return { line, x: placeOf(line), values: new Map([...found].map(([key, { value }]) => [key, value])) };
  });
  const grouped = groupBy(points, ({ line }) => nameOf(line, by));
  const series = [...grouped].map(([name, members]) => ({ name, cells: cellsOf(members, x) }));
  return { x, numeric, by, measures, series };
}

function known(option: string, axis: string | undefined, axes: readonly string[]): string | undefined {
  if (axis === undefined || axes.includes(axis)) return axis;
  throw fsaeError('FSAE_SWEEP_AXIS', { option, received: axis, known: axes });
}

function usualX(lines: readonly MeasuredLine[], axes: readonly string[]): string {
  const count = (axis: string) => {
    const values = distinctOf(lines, axis);
    const numbers = values.every((value) => Number.isFinite(Number(value)));
    // Numbers before names, then the most values; the seed is no axis to run along unless there is no other.
    return (axis === SEED ? -1000 : 0) + (axis === 'grid' ? 2000 : 0) + (numbers ? 100 : 0) + values.length;
  };
  return [...axes].sort((a, b) => count(b) - count(a))[0] ?? CELLS;
}

function distinctOf(lines: readonly MeasuredLine[], axis: string): string[] {
  return [...new Set(lines.flatMap(({ axes }) => axes[axis] ?? []))];
}

/** 'people 2, arm channels'; axes that a run does not have are left out. */
function nameOf({ axes }: MeasuredLine, by: readonly string[]): string {
  return by.flatMap((axis) => (axes[axis] === undefined ? [] : `${axis} ${axes[axis]}`)).join(', ') || 'all runs';
}

function cellsOf(points: readonly MeasuredPoint[], x: string): Cell[] {
  const grouped = groupBy(points, ({ line, x }) => JSON.stringify([withoutSeed(line.axes), x]));
  const cells = [...grouped.values()].map((members): Cell => {
    const [first] = members as [MeasuredPoint];
    const keys = new Set(members.flatMap(({ values }) => [...values.keys()]));
    const intervals = [...keys].map((key) => {
      const values = members.flatMap(({ values }) => values.get(key) ?? []);
      return [key, seedInterval(values)] as const;
    });
    const axes = withoutSeed(first.line.axes);
    const xName = x === CELLS ? String(first.x) : (axes[x] ?? null);
    return { axes, x: first.x, xName, points: members, intervals: new Map(intervals) };
  });
  return cells.sort((a, b) => (a.x ?? Number.POSITIVE_INFINITY) - (b.x ?? Number.POSITIVE_INFINITY));
}

function withoutSeed(axes: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(axes).filter(([axis]) => axis !== SEED));
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
