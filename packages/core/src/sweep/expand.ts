import { fsaeError } from '../errors/catalogue.js';
import type { ConfigPatch, SweepBlock, SweepConfig } from './define.js';
import { mergeConfig } from './merge.js';

/** A run as the sweep file describes it. */
export interface SweepRun {
  /** axis-value joined by '_': the run's folder. */
  readonly run: string;
  /** In the block's order. */
  readonly axes: Readonly<Record<string, string>>;
  readonly config: ConfigPatch;
  /** Which seed of its block it has, counted from 0. */
  readonly round: number;
}

/** The axis whose values are seeds. */
export const SEED = 'seed';

/** Every run of every block, in the order of the file; a run that two blocks describe is listed twice. */
export function expandSweep({ base, blocks }: Pick<SweepConfig, 'base' | 'blocks'>): SweepRun[] {
  return blocks.flatMap((block) => expandBlock(base, block));
}

function expandBlock(base: ConfigPatch, { axes }: SweepBlock): SweepRun[] {
  let runs: SweepRun[] = [{ run: '', axes: {}, config: base, round: 0 }];
  for (const [axis, values] of Object.entries(axes)) {
    const patches = patchesOf(values);
    runs = runs.flatMap(({ run, axes: chosen, config, round }) =>
      patches.map(([value, patch], i) => ({
        run: `${run === '' ? '' : `${run}_`}${axis}-${value}`,
        axes: { ...chosen, [axis]: value },
        config: mergeConfig(config, patch),
        round: axis === SEED ? i : round,
      })),
    );
  }
  return runs;
}

function patchesOf(values: SweepBlock['axes'][string]): (readonly [string, ConfigPatch])[] {
  if (!Array.isArray(values)) return Object.entries(values);
  return (values as readonly (number | string)[]).map((value) => [String(value), { train: { seed: Number(value) } }]);
}

/** First every run of its block's first seed, then of the second ...: a sweep that is stopped early is balanced. */
export function breadthFirst<R extends Pick<SweepRun, 'round'>>(runs: readonly R[]): R[] {
  return [...runs].sort((a, b) => a.round - b.round);
}

/**
 * The runs that `wanted` leaves: 'grid=3,grid=7,seed=1' keeps those with grid 3 or 7 and seed 1.
 * @throws FSAE_SWEEP_ONLY for an axis or a value that no run has
 */
export function filterRuns<R extends Pick<SweepRun, 'axes'>>(runs: readonly R[], wanted: string): R[] {
  const choices = new Map<string, Set<string>>();
  for (const entry of wanted.split(',').map((text) => text.trim())) {
    const [axis = '', value] = entry.split(/=(.*)/s);
    const known = new Set(runs.flatMap(({ axes }) => axes[axis] ?? []));
    if (value === undefined || !known.has(value)) {
      const axes = [...new Set(runs.flatMap((run) => Object.keys(run.axes)))];
      throw fsaeError('FSAE_SWEEP_ONLY', { entry, axis, values: [...known], axes });
    }
    choices.set(axis, (choices.get(axis) ?? new Set()).add(value));
  }
  return runs.filter(({ axes }) => [...choices].every(([axis, values]) => values.has(axes[axis] ?? '')));
}
