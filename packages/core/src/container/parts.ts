import type { ResolvedConfig, ResolvedPart } from '../config/define.js';
import { mapValues } from '../config/json.js';
import type { Metrics } from '../config/metrics.js';
import type {
  Dataset,
  DatasetContext,
  Decoder,
  Definition,
  Logger,
  LossContext,
  Need,
  OptimizerFactory,
  Part,
  PluginKind,
  Random,
  RunContext,
  Shape,
} from '../contracts/index.js';
import type { IdentityFaces } from '../data/identities.js';
import { trainingFaces } from '../data/training-faces.js';
import { fsaeError } from '../errors/catalogue.js';
import type { NamedMetric } from '../evaluate/evaluator.js';
import { createWeight } from '../losses/weights.js';
import { Autoencoder } from '../model/autoencoder.js';
import type { PluginRegistry } from '../plugins/registry.js';
import { adversaryOptions } from '../training/trainer.js';
import { type TrainedLoss, trainable } from '../training/update.js';
import { blankVariable, variableFactory } from '../training/variables.js';

/** What every factory of a run is given, apart from what belongs to its kind. */
export interface PartsSetting {
  readonly config: ResolvedConfig;
  readonly registry: PluginRegistry;
  readonly root: string;
  readonly cacheDir: string;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Left out for a look at the model without its values (`inspect`). */
  readonly random?: Random;
}

/** Encoder, bottleneck and one decoder per identity, by name. */
export function createModel(setting: PartsSetting): Autoencoder {
  const { config } = setting;
  const image: Shape = [config.size, config.size, 3];
  const context = (part: string) => runContext(setting, part);
  const encoder = create(setting, 'encoders', config.model.encoder, { ...context('encoder'), image });
  const bottleneck = create(setting, 'bottlenecks', config.model.bottleneck, {
    ...context('bottleneck'),
    image,
    features: encoder.outputShape,
  });
  const decoders = Object.keys(config.identities).map((identity): [string, Decoder] => [
    identity,
    create(setting, 'decoders', config.model.decoder, {
      ...context(`decoders/${identity}`),
      image,
      features: bottleneck.outputShape,
      identity,
    }),
  ]);
  return new Autoencoder(encoder, bottleneck, new Map(decoders));
}

export function createDatasets(setting: PartsSetting): ReadonlyMap<string, Dataset> {
  const entries = Object.entries(setting.config.identities);
  return new Map(
    entries.map(([identity, part], position): [string, Dataset] => {
      const context: DatasetContext = {
        ...runContext(setting, `datasets/${identity}`),
        identity,
        position,
        root: setting.root,
        seed: setting.config.train.seed,
      };
      return [identity, create(setting, 'datasets', part, context)];
    }),
  );
}

/** The config's losses with their weights, and an optimizer for each adversary. */
export function createLosses(
  setting: PartsSetting,
  model: Autoencoder,
  identities: readonly IdentityFaces[],
  optimizers: OptimizerFactory,
): TrainedLoss[] {
  const { config } = setting;
  const entries = Object.entries(config.losses);
  if (entries.length === 0) throw fsaeError('FSAE_TRAINING_LOSSES', {});
  return entries.map(([name, { weight, ...part }]): TrainedLoss => {
    const context: LossContext = lossContext(setting, `losses/${name}`, model, identities);
    const loss = create(setting, 'losses', part, context);
    for (const need of loss.needs ?? []) checkNeed(name, need, model, identities);
    const { adversary } = loss;
    return {
      name,
      loss,
      weight: createWeight(weight, name),
      ...(adversary === undefined
        ? {}
        : { adversaryOptimizer: optimizers(adversaryOptions(adversary), trainable(adversary.weights), 0) }),
    };
  });
}

/** Metrics by name. */
export function createMetrics(
  setting: PartsSetting,
  metrics: Metrics,
  model: Autoencoder,
  identities: readonly IdentityFaces[],
): NamedMetric[] {
  const losses = mapValues(setting.config.losses, ({ use, options }) => ({ use, options }));
  return Object.entries(metrics).flatMap(([name, part]) => {
    if (part === null) return [];
    const context = { ...lossContext(setting, `metrics/${name}`, model, identities), losses };
    return { name, metric: create(setting, 'metrics', part, context) };
  });
}

export function lossContext(
  setting: PartsSetting,
  part: string,
  model: Autoencoder,
  identities: readonly IdentityFaces[],
): LossContext {
  const { size } = setting.config;
  const find = (identity: string): IdentityFaces => {
    const found = identities.find(({ name }) => name === identity);
    if (found === undefined) throw new RangeError(`No identity "${identity}" in this run.`);
    return found;
  };
  return {
    ...runContext(setting, part),
    identities: model.identities,
    image: [size, size, 3],
    latent: model.bottleneck.latentShape,
    root: setting.root,
    dataset: (identity) => find(identity).dataset,
    faces: (identity) => trainingFaces(find(identity), size),
  };
}

function runContext({ random, logger, cacheDir, signal }: PartsSetting, part: string): RunContext {
  return { logger, cacheDir, signal, variable: random === undefined ? blankVariable : variableFactory(random, part) };
}

type Kinds = Omit<Record<PluginKind, never>, 'trainers' | 'backends'>;

/** Finds a part's definition by name and makes it; options were validated when the config was resolved. */
function create<K extends keyof Kinds, C>(
  { registry }: PartsSetting,
  kind: K,
  { use, options }: ResolvedPart,
  context: C,
): PartOf<K> {
  const found = registry.find(kind, use);
  if (found === undefined) throw new RangeError(`No "${use}" among the ${kind}: the config was not resolved.`);
  return (found.definition as unknown as Definition<Part, C>).create(options, context) as PartOf<K>;
}

type PartOf<K extends PluginKind> = NonNullable<import('../contracts/index.js').Plugin[K]>[string] extends {
  create(...args: never[]): infer P;
}
  ? P
  : never;

function checkNeed(loss: string, need: Need, model: Autoencoder, identities: readonly IdentityFaces[]): void {
  const missing =
    need === 'posterior'
      ? model.bottleneck.variational === true
        ? []
        : ['a bottleneck without a posterior']
      : identities.filter(({ dataset }) => !dataset.provides.includes(need)).map(({ name }) => `${name} has none`);
  if (missing.length > 0) throw fsaeError('FSAE_TRAINING_NEED', { loss, need, missing });
}
