import type { Config, JsonObject } from '../config/define.js';
import type { SweepExecutorFactory } from './executor.js';

/** What a value of an axis changes in the config. Objects are merged key by key; lists and `losses` are replaced (sweep/merge.ts). */
export type ConfigPatch = Partial<Config>;

/** The values of an axis: names with what each changes; or, for the axis `seed` only, numbers that go into `train.seed`. */
export type Axis = readonly (number | string)[] | { readonly [value: string]: ConfigPatch };

/** Every combination of one value per axis is a run. The last axis varies fastest. */
export interface SweepBlock {
  readonly axes: { readonly [axis: string]: Axis };
}

/** Default export of sweep.config.ts. */
export interface SweepConfig {
  /** Folder of the sweep under the config's `output`. */
  readonly name: string;
  /** What all runs share. `identities` may come from an axis. */
  readonly base: ConfigPatch;
  readonly blocks: readonly SweepBlock[];
  /** Handed to the evaluation of every run. */
  readonly evaluate?: JsonObject;
  /** Who runs the jobs; a pool of processes on this machine when left out. */
  readonly executor?: SweepExecutorFactory;
}

/** Types a sweep file's default export; returns it as it is. */
export function defineSweep<S extends SweepConfig>(sweep: S): S {
  return sweep;
}
