import { resolve } from 'node:path';
import { chooseBackend } from '../backends/choose.js';
import { userCacheFolder } from '../backends/verdicts.js';
import type { ResolvedConfig } from '../config/define.js';
import { build } from '../container/build.js';
import type { DependencyContainer } from '../container/di.js';
import { createDatasets } from '../container/parts.js';
import type { Clock } from '../container/tokens.js';
import type { BackendProvider, Callback, Dataset, Logger } from '../contracts/index.js';
import type { IdentityFaces } from '../data/identities.js';
import { splitFaces } from '../data/split.js';
import type { PluginRegistry } from '../plugins/registry.js';

/** A config with what its names stand for. */
export interface Resolved {
  readonly config: ResolvedConfig;
  readonly registry: PluginRegistry;
  readonly root: string;
}

export interface OpenOptions {
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly clock?: Clock;
  /** Whether datasets are read: a swap needs none. */
  readonly datasets: boolean;
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
export async function openRun({ config, registry, root }: Resolved, options: OpenOptions): Promise<OpenedRun> {
  const { logger, signal, clock = Date } = options;
  const { provider, why } = await activateBackend(config, registry, logger);
  const runFolder = resolve(root, config.output, config.name);
  const cacheDir = userCacheFolder();
  const datasets: ReadonlyMap<string, Dataset> = options.datasets
    ? createDatasets({ config, registry, root, cacheDir, logger, signal })
    : new Map();
  const identities: IdentityFaces[] = [];
  for (const [name, dataset] of datasets) {
    await dataset.prepare?.();
    identities.push({ name, dataset, ...splitFaces(dataset.faces(), config.data.heldOut) });
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
    callbacks: options.callbacks ?? (() => []),
  });
  options.override?.(graph.container);
  return { container: graph.container, runFolder, backend: provider, why, identities, dispose: () => graph.dispose() };
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
