import { join } from 'node:path';
import { CheckpointStore } from '../checkpoint/store.js';
import type { ResolvedConfig } from '../config/define.js';
import type { Metrics } from '../config/metrics.js';
import type { BackendProvider, Callback, Dataset, Logger, Part } from '../contracts/index.js';
import type { IdentityFaces } from '../data/identities.js';
import { Loader } from '../data/loader.js';
import { freePart } from '../model/free.js';
import type { PluginRegistry } from '../plugins/registry.js';
import { createAdam } from '../training/adam.js';
import { createRandom } from '../training/random.js';
import { trainable } from '../training/update.js';
import { type DependencyContainer, type InjectionToken, container as root } from './di.js';
import { createLosses, createMetrics, createModel, type PartsSetting } from './parts.js';
import * as tokens from './tokens.js';

/** What exists before the graph: all that had to be awaited. */
export interface Wiring {
  readonly config: ResolvedConfig;
  readonly registry: PluginRegistry;
  readonly root: string;
  readonly runFolder: string;
  readonly cacheDir: string;
  readonly logger: Logger;
  readonly clock: tokens.Clock;
  readonly signal: AbortSignal;
  readonly backend: BackendProvider;
  readonly datasets: ReadonlyMap<string, Dataset>;
  readonly identities: readonly IdentityFaces[];
  readonly metrics: Metrics;
  /** Hung on the loop in this order. */
  readonly callbacks: (container: DependencyContainer) => readonly Callback[];
}

export interface Graph {
  readonly container: DependencyContainer;
  /** Everything made by the graph that holds memory, in the order it was made. */
  dispose(): void;
}

/**
 * The composition root: one graph, and four roots over it (TRAINER, Evaluator, Swapper, PreviewRenderer). Nothing is made
 * until a root asks for it. tsyringe disposes class instances only, so what the factories make is listed here.
 */
export function build(wiring: Wiring): Graph {
  const container = root.createChildContainer();
  const owned: Pick<Part, 'weights' | 'dispose'>[] = [];
  const value = <T>(token: InjectionToken<T>, it: T) => container.register(token, { useValue: it });
  const single = <T>(token: InjectionToken<T>, make: (from: DependencyContainer) => T) => {
    let made: { readonly it: T } | undefined;
    const once = (from: DependencyContainer) => {
      made ??= { it: make(from) };
      return made.it;
    };
    container.register(token, { useFactory: once });
  };
  const own = <T extends Pick<Part, 'weights' | 'dispose'>>(part: T): T => {
    owned.push(part);
    return part;
  };
  const setting = (from: DependencyContainer): PartsSetting => ({ ...wiring, random: from.resolve(tokens.RANDOM) });
  const { config, backend } = wiring;

  value(tokens.CONFIG, config);
  value(tokens.REGISTRY, wiring.registry);
  value(tokens.ROOT, wiring.root);
  value(tokens.RUN_FOLDER, wiring.runFolder);
  value(tokens.LOGGER, wiring.logger);
  value(tokens.CLOCK, wiring.clock);
  value(tokens.SIGNAL, wiring.signal);
  value(tokens.BACKEND, backend);
  value(tokens.DATASETS, wiring.datasets);
  value(tokens.IDENTITIES, wiring.identities);
  value(tokens.POSITION, { step: 0 });
  value(tokens.OPTIMIZERS, backend.optimizer ?? createAdam);

  single(tokens.RANDOM, () => createRandom(config.train.seed));
  single(tokens.MODEL, (from) => own(createModel(setting(from))));
  value(tokens.UNTRAINED, () => createModel(setting(container)));
  single(tokens.METRICS, (from) => {
    const metrics = createMetrics(setting(from), wiring.metrics, from.resolve(tokens.MODEL), wiring.identities);
    for (const { metric } of metrics) own(metric);
    return metrics;
  });
  single(tokens.OPTIMIZER, (from) => {
    const { optimizer, average } = config.train;
    return own(from.resolve(tokens.OPTIMIZERS)(optimizer, trainable(from.resolve(tokens.MODEL).weights), average));
  });
  single(tokens.LOSSES, (from) => {
    const losses = createLosses(
      setting(from),
      from.resolve(tokens.MODEL),
      wiring.identities,
      from.resolve(tokens.OPTIMIZERS),
    );
    for (const { loss, weight, adversaryOptimizer } of losses) {
      own(loss);
      own(weight);
      if (loss.adversary !== undefined) own(loss.adversary);
      if (adversaryOptimizer !== undefined) own(adversaryOptimizer);
    }
    return losses;
  });
  single(tokens.LOADER, (from) =>
    own(
      new Loader({
        identities: wiring.identities.map(({ name, dataset, training }) => ({ name, dataset, faces: training })),
        size: config.size,
        batchSize: config.train.batchSize,
        augment: config.data,
        random: from.resolve(tokens.RANDOM),
        // Landmarks are welcome to losses that can do without them; a mask is a picture more for each face.
        wanted: ['landmarks', ...from.resolve(tokens.LOSSES).flatMap(({ loss }) => loss.needs ?? [])],
      }),
    ),
  );
  single(
    tokens.CHECKPOINTS,
    () =>
      new CheckpointStore({ ...wiring, folder: join(wiring.runFolder, 'checkpoints'), keep: config.checkpoint.keep }),
  );
  single(tokens.CALLBACKS, wiring.callbacks);
  const trainer = wiring.registry.find('trainers', config.train.use);
  if (trainer !== undefined) container.register(tokens.TRAINER, { useClass: trainer.definition });

  return {
    container,
    dispose() {
      for (const part of owned.reverse()) freePart(part);
      for (const dataset of wiring.datasets.values()) freePart(dataset);
      container.clearInstances();
    },
  };
}
