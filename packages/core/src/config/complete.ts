import type { Weight } from '../contracts/index.js';
import type { Config, PartConfig, ResolvedConfig } from './define.js';
import { mapValues } from './json.js';
import { DEFAULT_PRESET, presets } from './presets.js';
import { isBareWeight } from './schema.js';

/** A part by name with options that its own schema has not seen yet. */
export interface NamedPart {
  readonly use: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** A ResolvedConfig but for the parts' options. */
export interface CompleteConfig
  extends Omit<ResolvedConfig, 'identities' | 'model' | 'losses' | 'evaluate' | 'plugins'> {
  readonly identities: Readonly<Record<string, NamedPart>>;
  readonly model: Readonly<Record<'encoder' | 'bottleneck' | 'decoder', NamedPart>>;
  readonly losses: Readonly<Record<string, NamedPart & { readonly weight: Weight }>>;
  readonly evaluate: Omit<ResolvedConfig['evaluate'], 'metrics'> & {
    readonly metrics: Readonly<Record<string, NamedPart | null>>;
  };
}

/**
 * Defaults, under the preset, under what the config says. Sections are merged key by key; the losses replace the
 * preset's as a whole; a model part of the preset's own kind keeps the preset's other options.
 */
export function completeConfig(config: Config): CompleteConfig {
  const name = config.preset ?? DEFAULT_PRESET;
  const preset = presets[name] ?? presets[DEFAULT_PRESET]!;
  const train = { ...preset.train, ...config.train };
  const optimizer = { ...preset.train.optimizer, ...config.train?.optimizer };
  const { use: rule = 'adam', learningRate = 1e-3, betas = [0.9, 0.999] as const, epsilon = 1e-8 } = optimizer;
  const data = { ...preset.data, ...config.data };
  const backend = typeof config.backend === 'string' ? { use: config.backend } : config.backend;
  return {
    name: config.name ?? 'default',
    preset: name,
    identities: mapValues(config.identities, (identity) =>
      typeof identity === 'string' ? { use: 'folder', options: { path: identity } } : toPart(identity),
    ),
    size: config.size ?? preset.size,
    model: {
      encoder: mergePart(preset.model.encoder, config.model?.encoder),
      bottleneck: mergePart(preset.model.bottleneck, config.model?.bottleneck),
      decoder: mergePart(preset.model.decoder, config.model?.decoder),
    },
    losses: completeLosses(config.losses ?? preset.losses),
    data: {
      heldOut: 0.15,
      warp: 0,
      warpRecipe: 'similarity',
      flip: 0,
      colour: 0,
      ...data,
      affine: { rotate: 0, scale: 0, shift: 0, ...preset.data.affine, ...config.data?.affine },
    },
    train: {
      use: train.use ?? 'alternating',
      steps: train.steps ?? 10_000,
      batchSize: train.batchSize ?? 4,
      optimizer: {
        use: rule,
        learningRate,
        betas,
        epsilon,
        weightDecay: rule === 'adam' ? 0 : (optimizer.weightDecay ?? 0.01),
      },
      schedule: { warmup: 0, decay: 'constant', final: 0.02, ...preset.train.schedule, ...config.train?.schedule },
      clip: train.clip ?? null,
      average: train.average ?? 0,
      seed: train.seed ?? 1,
      nonFinitePatience: train.nonFinitePatience ?? 10,
    },
    checkpoint: { every: 500, keep: 3, ...config.checkpoint },
    preview: { every: 500, rows: 6, ...config.preview },
    evaluate: completeEvaluation(config.evaluate),
    backend: { use: backend?.use ?? 'auto', threads: backend?.threads ?? null },
    requireConsent: config.requireConsent ?? false,
    output: config.output ?? 'runs',
  };
}

/** Metrics of core that are quick enough for a look in passing. */
const QUICK = ['reconstruction', 'swap.truth', 'swap.source', 'swapInvariance', 'identityBits', 'information'];

export function completeEvaluation(given: Config['evaluate'] = {}): CompleteConfig['evaluate'] {
  const { learnFrom = 600, atMost = null, every = 0, faces = 32, live = QUICK, stopWhen = null } = given;
  const metrics = mapValues(given.metrics ?? {}, (options, use) => (options === false ? null : { use, options }));
  return { metrics, learnFrom, atMost, every, faces, live, stopWhen };
}

function completeLosses(losses: NonNullable<Config['losses']>): CompleteConfig['losses'] {
  const named = mapValues(losses, (loss, key) => {
    if (isBareWeight(loss)) return { use: key, options: {}, weight: loss as Weight };
    const { use = key, weight = 1, ...options } = loss as { use?: string; weight?: Weight };
    return { use, options, weight };
  });
  return Object.fromEntries(Object.entries(named).filter(([, { weight }]) => weight !== 0));
}

function toPart(part: PartConfig): NamedPart {
  if (typeof part === 'string') return { use: part, options: {} };
  const { use, ...options } = part;
  return { use, options };
}

function mergePart(preset: PartConfig, given: PartConfig | undefined): NamedPart {
  const base = toPart(preset);
  if (given === undefined) return base;
  const part = toPart(given);
  return part.use === base.use ? { use: part.use, options: { ...base.options, ...part.options } } : part;
}
