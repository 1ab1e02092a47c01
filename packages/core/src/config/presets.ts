import type { Config } from './define.js';

type Part = { readonly use: string } & { readonly [option: string]: unknown };

/** What a preset decides; everything else has one default for all (config/complete.ts). */
export interface Preset extends Required<Pick<Config, 'size' | 'losses' | 'data' | 'train'>> {
  readonly model: { readonly encoder: Part; readonly bottleneck: Part; readonly decoder: Part };
}

/** How the small models were trained before `small` learnt to hurry; what was measured with it keeps it. */
const steady: Preset['train'] = {
  steps: 6000,
  batchSize: 4,
  optimizer: { use: 'adam', learningRate: 4e-3, betas: [0.9, 0.99], epsilon: 1e-8 },
  schedule: { warmup: 30, decay: 'cosine', final: 0.02 },
};

/**
 * The measured recipe of the demo: 64 px, latent 3x3x64, 1.4 M parameters, 0.9 GFLOP a step, about three minutes on two cores.
 * Per-cell latent statistics are what makes it swap: without them the same model falls 4 dB behind.
 */
const small: Preset = {
  size: 64,
  model: {
    encoder: { use: 'conv', channels: 16, stages: 2 },
    bottleneck: { use: 'spatial', hidden: 96, channels: 64, expand: 'dense', expandChannels: 32 },
    decoder: { use: 'pixel-shuffle', channels: 32 },
  },
  losses: { l1: 1, 'latent-statistics': { weight: 15, per: 'cell', momentum: 0.1 } },
  data: { warp: 0.3, warpRecipe: 'similarity' },
  train: {
    ...steady,
    steps: 3300,
    // A rate that 30 steps of warm-up do not survive, nor always a memory of 100 steps for the squares of gradients.
    optimizer: { ...steady.optimizer, learningRate: 8e-3, betas: [0.9, 0.95] },
    schedule: { ...steady.schedule, warmup: 300 },
  },
};

/** `small` for photographs: real clips hold less pose than synthetic people do, so warp and statistics are stronger. */
const smallReal: Preset = {
  ...small,
  losses: { l1: 1, 'latent-statistics': { weight: 15, per: 'cell', momentum: 0.1 } },
  data: { warp: 2, warpRecipe: 'similarity', flip: 0.5 },
  train: { ...steady, steps: 11_000, optimizer: { ...steady.optimizer, learningRate: 3e-3 } },
};

/**
 * The article's structure recipe on the small model: L1 weakened, landmarks as the main loss, LPIPS for the texture. The
 * weights go by the gradients in a picture of 64 pixels: that of LPIPS is 8 to 77 times that of L1. For synthetic people;
 * photographs need another landmark network (docs/reference/config.md).
 */
const structure: Preset = {
  ...small,
  losses: {
    l1: 0.3,
    landmark: { weight: 1, model: 'avatars', swap: true },
    lpips: 0.02,
    'latent-statistics': { weight: 15, per: 'cell', momentum: 0.1 },
  },
  data: { warp: 0.35, warpRecipe: 'similarity' },
  train: steady,
};

/**
 * A wide latent with its remedy: 128 px, 7x7x64, a discriminator on the flattened latent and a warp of half strength. The
 * best of the ten ways tried with this latent on two real people, one seed (docs/reference/config.md).
 */
const wide: Preset = {
  size: 128,
  model: {
    encoder: { use: 'conv', channels: 16, stages: 2 },
    bottleneck: { use: 'spatial', hidden: 96, channels: 64, expand: 'transposed' },
    decoder: { use: 'pixel-shuffle', channels: 32 },
  },
  losses: { l1: 1, adversarial: { weight: 0.2, network: 'vector', objective: 'uniform' } },
  data: { warp: 0.5, warpRecipe: 'similarity', flip: 0.5 },
  train: { ...steady, optimizer: { ...steady.optimizer, learningRate: 3e-3 } },
};

/**
 * The article's model and base recipe: latent 3x3x1024. The statistics are the article's (per channel). The weight of
 * `kl` is small because its value is a sum over all latent dimensions, in bits.
 */
const article256: Preset = {
  size: 256,
  model: {
    encoder: { use: 'conv', channels: 64, stages: 4 },
    bottleneck: { use: 'spatial', channels: 1024, variational: true, expand: 'transposed' },
    decoder: { use: 'pixel-shuffle', channels: 512 },
  },
  losses: { l1: 1, lpips: 1, kl: 1e-5, 'latent-statistics': { weight: 5, per: 'channel', momentum: 0.1 } },
  data: { warp: 0.25, warpRecipe: 'similarity', flip: 0.5 },
  train: {
    steps: 20_000,
    batchSize: 4,
    optimizer: { use: 'adam', learningRate: 1e-4, betas: [0.9, 0.99], epsilon: 1e-8 },
    schedule: { warmup: 200, decay: 'cosine', final: 0.02 },
    clip: 1,
  },
};

/** The same at 512 px: latent 7x7x1024, the one that the article reports to leak. */
const article512: Preset = { ...article256, size: 512 };

/**
 * The classic 64 px model of faceswap (`original`, 82 M parameters with two decoders) with its defaults: SSIM and MSE,
 * Adam 5e-5, batches of 16, the 5x5 grid warp.
 */
const original: Preset = {
  size: 64,
  model: {
    encoder: { use: 'conv', channels: 128, stages: 4 },
    bottleneck: { use: 'dense', units: 1024, start: 4, channels: 1024, output: 8, halve: true },
    decoder: { use: 'pixel-shuffle', channels: 512, refine: 0, output: 'convolution' },
  },
  losses: { ssim: 1, mse: 1 },
  data: { warp: 1, warpRecipe: 'grid', affine: { rotate: 10, scale: 0.05, shift: 0.05 }, flip: 0.5 },
  train: {
    steps: 1_000_000,
    batchSize: 16,
    optimizer: { use: 'adam', learningRate: 5e-5, betas: [0.9, 0.999], epsilon: 1e-7 },
    schedule: { warmup: 0, decay: 'constant' },
  },
};

/** Named sets of values, documented one by one in docs/reference/config.md. */
export const presets: Readonly<Record<string, Preset>> = {
  small,
  'small-real': smallReal,
  structure,
  wide,
  'article-256': article256,
  'article-512': article512,
  original,
};

export const DEFAULT_PRESET = 'small';
