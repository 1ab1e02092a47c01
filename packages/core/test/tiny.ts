import type { ResolvedConfig } from '../src/config/define.js';
import type { Logger, Plugin } from '../src/contracts/index.js';
import { builtin } from '../src/plugins/builtin.js';
import type { PluginRegistry } from '../src/plugins/registry.js';
import { createRegistry } from '../src/plugins/registry.js';
import { trainingBackend } from './backends/present.js';

/** The smallest run that exercises everything: synthetic people at 16 px, a few thousand parameters. */
export function tinyConfig(people = 2, changes: Partial<ResolvedConfig> = {}): ResolvedConfig {
  const names = ['ada', 'ben', 'cleo', 'dan'].slice(0, people);
  return {
    name: 'tiny',
    preset: 'small',
    identities: Object.fromEntries(
      names.map((name, i) => [name, { use: 'avatars', options: { person: i + 1, count: 12, seed: 1 } }]),
    ),
    size: 16,
    model: {
      encoder: { use: 'conv', options: { channels: 3, stages: 1 } },
      bottleneck: {
        use: 'spatial',
        options: { channels: 3, hidden: 4, variational: false, expand: 'dense', expandChannels: 3 },
      },
      decoder: { use: 'pixel-shuffle', options: { channels: 4, refine: 1, output: 'shuffle' } },
    },
    losses: {
      l1: { use: 'l1', weight: 1, options: { mask: false } },
      'latent-statistics': { use: 'latent-statistics', weight: 1, options: { per: 'cell', momentum: 0.1 } },
    },
    data: {
      warp: 0.25,
      warpRecipe: 'similarity',
      affine: { rotate: 0, scale: 0, shift: 0 },
      flip: 0,
      colour: 0,
      heldOut: 0.25,
    },
    train: {
      use: 'alternating',
      steps: 5,
      batchSize: 2,
      optimizer: { use: 'adam', learningRate: 4e-3, betas: [0.9, 0.99], epsilon: 1e-8, weightDecay: 0.01 },
      schedule: { warmup: 2, decay: 'cosine', final: 0.02 },
      clip: null,
      average: 0,
      seed: 1,
      nonFinitePatience: 3,
    },
    checkpoint: { every: 1000, keep: 3 },
    preview: { every: 0, rows: 2 },
    evaluate: { metrics: {}, learnFrom: 600, atMost: null, every: 0, faces: 32, live: [], stopWhen: null },
    backend: { use: trainingBackend.name, threads: null },
    requireConsent: false,
    plugins: [],
    output: 'runs',
    ...changes,
  };
}

export function registryOf(...plugins: Plugin[]): PluginRegistry {
  const backends = { ...builtin.backends, [trainingBackend.name]: trainingBackend };
  return createRegistry(
    [{ ...builtin, backends }, ...plugins].map((plugin) => ({ plugin, version: null, from: null })),
  );
}

/** Remembers what was said. */
export function listener(): Logger & { readonly said: string[] } {
  const said: string[] = [];
  return { said, info: (message) => said.push(message), warn: (message) => said.push(message) };
}
