import { resolve } from 'node:path';
import { chooseBackend } from '../backends/choose.js';
import { userCacheFolder } from '../backends/verdicts.js';
import type { ResolvedConfig, ResolvedPart } from '../config/define.js';
import type { Metrics } from '../config/metrics.js';
import { build } from '../container/build.js';
import type { DependencyContainer } from '../container/di.js';
import { createDatasets, type PartsSetting } from '../container/parts.js';
import type { Clock } from '../container/tokens.js';
import type { BackendProvider, Callback, Dataset, Logger } from '../contracts/index.js';
import { besideTraining } from '../data/beside.js';
import type { IdentityFaces } from '../data/identities.js';
import { splitFaces } from '../data/split.js';
import { fsaeError } from '../errors/catalogue.js';
import type { PluginRegistry } from '../plugins/registry.js';

/** A config with what its names stand for. */
export interface Resolved {
  readonly config: ResolvedConfig;
  readonly registry: PluginRegistry;
  readonly root: string;
  /** Every metric that is installed; those that the config names when left out. */
  readonly metrics?: Metrics;
}

export interface OpenOptions {
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly clock?: Clock;
  /** Whether datasets are read: a swap needs none. */
  readonly datasets: boolean;
  /** Folders of faces to measure on in place of an identity's held-out ones. */
  readonly on?: Readonly<Record<string, string>>;
  readonly callbacks?: (container: DependencyContainer) => readonly Callback[];
  /** Called before anything is made: tests register their own CLOCK, RANDOM, CHECKPOINTS here. */
  readonly override?: (container: DependencyContainer) => void;
}

/** A graph that is ready to be asked for a root, and everything around it. */
export interface OpenedRun {
  readonly container: DependencyContainer;
  readonly runFolder: string;
  readonly backend: BackendProvider;
  /** One line: which backend and why. */
  readonly why: string;
  readonly identities: readonly IdentityFaces[];
  dispose(): void;
}

/** All that has to be awaited before the graph can be built: backend, datasets, split. */
export async function openRun({ config, registry, root, metrics }: Resolved, options: OpenOptions): Promise<OpenedRun> {
  const { logger, signal, clock = Date } = options;
  const { provider, why } = await activateBackend(config, registry, logger);
  const runFolder = resolve(root, config.output, config.name);
  const cacheDir = userCacheFolder();
  const datasets: ReadonlyMap<string, Dataset> = options.datasets
    ? createDatasets({ config, registry, root, cacheDir, logger, signal })
    : new Map();
  let identities: readonly IdentityFaces[] = [];
  for (const [name, dataset] of datasets) {
    await dataset.prepare?.();
    identities = [...identities, { name, dataset, ...splitFaces(dataset.faces(), config.data.heldOut) }];
  }
  if (options.on !== undefined) {
    const setting = { config, registry, root, cacheDir, logger, signal };
    identities = await measuredOn(options.on, identities, setting);
  }
  const graph = build({
    config,
    registry,
    root,
    runFolder,
    cacheDir,
    logger,
    clock,
    signal,
    backend: provider,
    datasets,
    identities,
    metrics: metrics ?? config.evaluate.metrics,
    callbacks: options.callbacks ?? (() => []),
  });
  options.override?.(graph.container);
  return { container: graph.container, runFolder, backend: provider, why, identities, dispose: () => graph.dispose() };
}

/** The identities with the faces of other folders in place of those that the run held out. */
async function measuredOn(
  folders: Readonly<Record<string, string>>,
  identities: readonly IdentityFaces[],
  setting: PartsSetting,
): Promise<readonly IdentityFaces[]> {
  const trained = new Map(
    identities.flatMap(({ name, training }) => training.map(({ hash }) => [hash, name] as const)),
  );
  const given = Object.entries(folders).map(([name, path]): [string, ResolvedPart] => [
    name,
    { use: 'folder', options: { path, groups: 'file-name' } },
  ]);
  const others = createDatasets({ ...setting, config: { ...setting.config, identities: Object.fromEntries(given) } });
  const names = identities.map(({ name }) => name);
  for (const identity of Object.keys(folders)) {
    if (!names.includes(identity)) throw fsaeError('FSAE_EVALUATE_IDENTITY', { identity, known: names });
  }
  return Promise.all(
    identities.map(async (identity) => {
      const other = others.get(identity.name);
      if (other === undefined) return identity;
      await other.prepare?.();
      return besideTraining(identity, other, trained);
    }),
  );
}

export async function activateBackend(config: ResolvedConfig, registry: PluginRegistry, logger: Logger) {
  const { use, threads } = config.backend;
  const options = threads === null ? {} : { threads };
  const providers = new Map<string, BackendProvider>();
  for (const name of registry.names('backends')) {
    const found = registry.find('backends', name);
    if (found !== undefined) providers.set(name, found.definition);
  }
  const chosen = await chooseBackend(use, options, providers, logger);
  await chosen.provider.activate(options);
  return chosen;
}
