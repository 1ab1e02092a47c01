import type { CheckpointContents } from '../../src/checkpoint/format.js';
import type { ResolvedConfig } from '../../src/config/define.js';

export const config: ResolvedConfig = {
  name: 'default',
  preset: 'small',
  identities: {
    src: { use: 'folder', options: { path: 'faces/src' } },
    dst: { use: 'folder', options: { path: 'faces/dst' } },
  },
  size: 64,
  model: {
    encoder: { use: 'conv', options: { channels: 32, stages: 2 } },
    bottleneck: { use: 'spatial', options: { channels: 256 } },
    decoder: { use: 'pixel-shuffle', options: { channels: 128 } },
  },
  losses: {
    l1: { use: 'l1', options: {}, weight: 1 },
    'latent-statistics': { use: 'latent-statistics', options: { per: 'cell' }, weight: { from: 0, to: 5, steps: 100 } },
  },
  data: { warp: 0.2, warpRecipe: 'similarity', affine: {}, flip: 0.5, colour: 0, heldOut: 0.15 },
  train: {
    use: 'alternating',
    steps: 1000,
    batchSize: 8,
    optimizer: { use: 'adam', learningRate: 1e-3, betas: [0.9, 0.999], epsilon: 1e-8, weightDecay: 0 },
    schedule: { warmup: 0, decay: 'constant', final: 0.02 },
    clip: 1,
    average: 0.999,
    seed: 7,
    nonFinitePatience: 10,
  },
  checkpoint: { every: 100, keep: 3 },
  preview: { every: 100, rows: 4 },
  evaluate: { metrics: {}, learnFrom: 600, atMost: null, every: 0, faces: 32, live: [], stopWhen: null },
  backend: { use: 'cpu', threads: null },
  requireConsent: false,
  plugins: [{ name: '@fsae/core', version: '0.1.0', from: null }],
  output: 'runs',
};

const array = (shape: number[], first: number) => {
  const size = shape.reduce((product, side) => product * side, 1);
  return {
    shape,
    dtype: 'float32',
    data: Float32Array.from({ length: size }, (_, i) => Math.fround(first + i / 3)),
  } as const;
};

/** A whole checkpoint whose every value depends on the step. */
export function contentsOf(step: number): CheckpointContents {
  return {
    step,
    config,
    plugins: config.plugins,
    datasets: { src: 'a'.repeat(64), dst: 'b'.repeat(64) },
    model: { 'encoder/conv1/kernel': array([3, 3, 3, 4], step), 'decoder/dst/bias': array([4], -step) },
    optimizer: {
      model: {
        'm/encoder/conv1/kernel': array([3, 3, 3, 4], step + 0.5),
        power: { shape: [], dtype: 'int32', data: Int32Array.of(step) },
      },
      '@fsae/loss-x': { 'm/w': array([2], step + 0.25) },
      stateless: {},
    },
    average: { 'encoder/conv1/kernel': array([3, 3, 3, 4], step / 2) },
    losses: { '@fsae/loss-x': { w: array([2], step) }, '..': { w: array([1], step) }, L1: {}, l1: {} },
    callbacks: { 'early-stop': { best: 0.25, since: step } },
    lineage: [{ step: 3, changes: [{ path: 'train.steps', from: 500, to: 1000 }] }],
  };
}

/** Fewer files: for tests that save hundreds of times. */
export function smallContentsOf(step: number): CheckpointContents {
  const { average: _, ...contents } = contentsOf(step);
  return { ...contents, losses: {} };
}
