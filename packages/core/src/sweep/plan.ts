import { createHash } from 'node:crypto';
import { isAbsolute, join, relative, resolve } from 'node:path';
import type { Config, ResolvedConfig } from '../config/define.js';
import { resolveConfig } from '../config/resolve.js';
import { fsaeError } from '../errors/catalogue.js';
import type { SweepConfig } from './define.js';
import { breadthFirst, expandSweep, filterRuns, type SweepRun } from './expand.js';

export interface PlannedRun {
  readonly run: string;
  readonly axes: Readonly<Record<string, string>>;
  readonly seed: number;
  /** Of what decides the weights. */
  readonly hash: string;
  readonly config: ResolvedConfig;
  readonly round: number;
}

export interface SweepPlan {
  readonly name: string;
  readonly root: string;
  /** Absolute: <output>/<name>. */
  readonly folder: string;
  readonly runs: readonly PlannedRun[];
  /** What resolving the configs noted, each once. */
  readonly notes: readonly string[];
}

export interface PlanOptions {
  /** Where the config file lies: relative paths start there. */
  readonly root: string;
  readonly file: string | null;
  /** In place of the config's `output`. */
  readonly output?: string;
  /** 'grid=3,grid=7,seed=1' */
  readonly only?: string;
  readonly breadth?: boolean;
}

/**
 * Every run with its resolved config, each once: a run that two blocks describe under one name with one config is one run.
 * @throws FSAE_SWEEP_NOT_DISTINCT, FSAE_SWEEP_ONLY, and what resolveConfig throws
 */
export async function planSweep(sweep: SweepConfig, options: PlanOptions): Promise<SweepPlan> {
  const { root, file, only, breadth } = options;
  const output = folderOf(sweep, options);
  const planned: PlannedRun[] = [];
  const notes = new Set<string>();
  for (const described of expandSweep(sweep)) {
    const config = configOf(described, output);
    const resolved = await resolveConfig(config, { file: file === null ? null : `${file} (${described.run})`, root });
    for (const note of resolved.notes) notes.add(note);
    const { run, axes, round } = described;
    planned.push({
      run,
      axes,
      seed: resolved.config.train.seed,
      hash: hashOf(resolved.config),
      config: resolved.config,
      round,
    });
  }
  let runs = distinct(planned);
  if (only !== undefined) runs = filterRuns(runs, only);
  if (breadth === true) runs = breadthFirst(runs);
  return { name: sweep.name, root, folder: resolve(root, output), runs, notes: [...notes] };
}

/** <output>/<name>, relative to the root where that is possible: a project that is moved takes its runs along. */
function folderOf({ name, base }: SweepConfig, { root, output }: PlanOptions): string {
  const folder = join(output ?? base.output ?? 'runs', name);
  return isAbsolute(folder) ? relative(root, folder) : folder;
}

function configOf({ run, config }: SweepRun, output: string): Config {
  return {
    // One checkpoint and the last preview are what a sweep of a hundred runs has disk for.
    ...(config as Config),
    name: run,
    output,
    checkpoint: { ...config.checkpoint, keep: 1 },
    preview: { ...config.preview, every: 0 },
  };
}

/** Of everything that the trained weights are a function of; where they are kept and what computes them is left out. */
export function hashOf(config: ResolvedConfig): string {
  return createHash('sha256')
    .update(JSON.stringify(decisive(config)))
    .digest('hex')
    .slice(0, 16);
}

/** The settings that the weights depend on. */
export function decisive({ identities, size, model, losses, data, train, evaluate }: ResolvedConfig) {
  // A run saved by a version without measurements during training was stopped by none.
  const { stopWhen = null, every, faces } = evaluate ?? {};
  return {
    identities,
    size,
    model,
    losses,
    data,
    train,
    ...(stopWhen === null ? {} : { stop: { stopWhen, every, faces } }),
  };
}

function distinct(runs: readonly PlannedRun[]): PlannedRun[] {
  const [byName, byHash] = [new Map<string, PlannedRun>(), new Map<string, PlannedRun>()];
  const clashes: { readonly first: string; readonly second: string; readonly same: 'name' | 'config' }[] = [];
  const kept: PlannedRun[] = [];
  for (const run of runs) {
    const [namesake, twin] = [byName.get(run.run), byHash.get(run.hash)];
    if (namesake !== undefined && namesake.hash === run.hash) continue;
    if (namesake !== undefined) clashes.push({ first: namesake.run, second: run.run, same: 'name' });
    else if (twin !== undefined) clashes.push({ first: twin.run, second: run.run, same: 'config' });
    byName.set(run.run, namesake ?? run);
    byHash.set(run.hash, twin ?? run);
    kept.push(run);
  }
  if (clashes.length > 0) throw fsaeError('FSAE_SWEEP_NOT_DISTINCT', { clashes });
  return kept;
}
