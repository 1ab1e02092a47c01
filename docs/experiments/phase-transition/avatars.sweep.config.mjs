// The article's claim on synthetic people at 64 px: how wide may the latent's grid be before identity comes through?
// `npx fsae sweep docs/experiments/phase-transition/avatars.sweep.config.mjs --dry` lists the runs and what they cost.

/** Two people in batches of four, or eight people one face each: eight faces a step either way. */
const people = (count, faces, batchSize) => ({
  identities: Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`person${i + 1}`, { use: 'avatars', person: i + 1, count: faces }]),
  ),
  train: { batchSize },
});
const two = people(2, 700, 4);
const eight = {
  ...people(8, 260, 1),
  // 56 directions would cost more than the training: a third of the faces, and no judges.
  evaluate: { atMost: 13, metrics: { lpips: false, swapIdentity: false } },
};

const bottleneck = (options) => ({ model: { bottleneck: { use: 'spatial', ...options } } });
const grid = (side, channels = 64) => bottleneck({ grid: side, channels, expand: 'transposed' });
/** As many numbers in z as 3x3x64 has, in more or fewer cells. */
const capacity = (side) => grid(side, Math.round((9 * 64) / side ** 2));
const grids = (sides, of) => Object.fromEntries(sides.map((side) => [side, of(side)]));
const dense = (units) => ({
  model: { bottleneck: { use: 'dense', units, start: 8, channels: 32 } },
});

const cell = { 'latent-statistics': { weight: 15, per: 'cell', momentum: 0.1 } };
const adversary = { adversarial: { weight: 0.2, network: 'vector', objective: 'uniform' } };
const remedies = {
  channel: { losses: { l1: 1, 'latent-statistics': { weight: 15, per: 'channel', momentum: 0.1 } } },
  cell: { losses: { l1: 1, ...cell } },
  adversarial: { losses: { l1: 1, ...adversary } },
  arcface: { losses: { l1: 1, arcface: { weight: 0.1, model: 'avatars', against: 'centroid' } } },
  landmark: { losses: { l1: 1, landmark: { weight: 10, model: 'avatars', swap: true } } },
  'cell-adversarial': { losses: { l1: 1, ...cell, ...adversary } },
};
const { cell: withCell, adversarial: withAdversary, 'cell-adversarial': withBoth } = remedies;
const decisive = { cell: withCell, adversarial: withAdversary, 'cell-adversarial': withBoth };

const beta = (kl) => ({ model: { bottleneck: { variational: true } }, losses: { l1: 1, kl } });
const gamma = (weight) => ({ losses: { l1: 1, adversarial: { ...adversary.adversarial, weight } } });

const seed = [1, 2, 3];
/** What is not the claim itself is repeated once. */
const twice = [1, 2];
const warp = (strength) => ({ data: { warp: strength } });

export default {
  name: 'phase-transition',
  base: {
    preset: 'small',
    size: 64,
    losses: { l1: 1 },
    model: { bottleneck: { use: 'spatial', hidden: 96, expandChannels: 32 } },
    data: { warp: 0.35 },
    train: {
      steps: 1500,
      optimizer: { use: 'adam', learningRate: 4e-3, betas: [0.9, 0.99], epsilon: 1e-8 },
      schedule: { warmup: 30, decay: 'cosine', final: 0.02 },
    },
    checkpoint: { every: 1500, keep: 1 },
    preview: { every: 0, rows: 6 },
    backend: { use: 'onnx', threads: 1 },
    output: '../../../runs',
    evaluate: { learnFrom: 200 },
  },
  blocks: [
    // Cells against capacity, two people.
    { axes: { people: { 2: two }, arm: { channels: {} }, grid: grids([1, 2, 3, 4, 5, 6, 7], grid), seed } },
    { axes: { people: { 2: two }, arm: { capacity: {} }, grid: grids([1, 2, 4, 5, 6, 7], capacity), seed } },
    // The remedies at 7x7, and how they and the warp stand to the grid.
    { axes: { people: { 2: two }, grid: { 7: grid(7) }, remedy: remedies, seed } },
    { axes: { people: { 2: two }, grid: grids([3, 7], grid), warp: { 0: warp(0), 1: warp(1) }, seed: twice } },
    { axes: { people: { 2: two }, grid: { 3: grid(3) }, remedy: decisive, seed: twice } },
    // The same with eight people, where bits of identity do not saturate at one.
    { axes: { people: { 8: eight }, arm: { channels: {} }, grid: grids([1, 3, 4, 6, 7], grid), seed } },
    { axes: { people: { 8: eight }, arm: { capacity: {} }, grid: grids([1, 4, 6, 7], capacity), seed } },
    { axes: { people: { 8: eight }, grid: { 7: grid(7) }, remedy: decisive, seed } },
    { axes: { people: { 8: eight }, grid: grids([3, 7], grid), warp: { 0: warp(0), 1: warp(1) }, seed: twice } },
    // Soft constraints by degrees: beta is the weight of the KL rate, gamma that of the adversary.
    {
      axes: {
        people: { 2: two },
        grid: { 7: grid(7) },
        beta: { '1e-6': beta(1e-6), '5e-6': beta(5e-6), '2.5e-5': beta(2.5e-5) },
        seed: [1],
      },
    },
    { axes: { people: { 2: two }, grid: { 7: grid(7) }, gamma: { 0.05: gamma(0.05), 0.8: gamma(0.8) }, seed: [1] } },
    {
      axes: {
        people: { 2: two },
        grid: { 7: grid(7) },
        warp: { 0: warp(0), 1: warp(1) },
        remedy: { cell: withCell },
        seed: [1],
      },
    },
    // No grid at all: a vector through a dense layer.
    { axes: { people: { 2: two }, dense: { 256: dense(256), 1024: dense(1024) }, seed: twice } },
  ],
};
