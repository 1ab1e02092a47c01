// The decisive rows again, on two real people at 128 px. PAIR is a folder with aligned crops of them in a/ and b/:
// PAIR=faces/pair npx fsae sweep docs/experiments/phase-transition/people.sweep.config.mjs

const pair = process.env.PAIR ?? 'faces/pair';

/** The article's two widths: two encoder stages leave 7x7 of 128 px, three leave 3x3. */
const grid = {
  3: { model: { encoder: { use: 'conv', stages: 3 }, decoder: { use: 'pixel-shuffle', channels: 64 } } },
  7: { model: { encoder: { use: 'conv', stages: 2 }, decoder: { use: 'pixel-shuffle', channels: 32 } } },
};
const warp = (...strengths) =>
  Object.fromEntries(strengths.map((strength) => [strength, { data: { warp: strength } }]));
const remedy = {
  none: {},
  cell: { losses: { l1: 1, 'latent-statistics': { weight: 15, per: 'cell', momentum: 0.1 } } },
  adversarial: { losses: { l1: 1, adversarial: { weight: 0.2, network: 'vector', objective: 'uniform' } } },
};
const pick = (from, ...names) => Object.fromEntries(names.map((name) => [name, from[name]]));

export default {
  name: 'phase-transition-people',
  base: {
    preset: 'small-real',
    size: 128,
    identities: { a: `${pair}/a`, b: `${pair}/b` },
    losses: { l1: 1 },
    model: {
      encoder: { use: 'conv', channels: 16 },
      bottleneck: { use: 'spatial', hidden: 96, channels: 64, expand: 'transposed' },
    },
    data: { flip: 0.5, heldOut: 0.2 },
    train: { steps: 4000, batchSize: 2, seed: 1 },
    checkpoint: { every: 1000, keep: 1 },
    preview: { every: 0, rows: 6 },
    backend: { use: 'onnx', threads: 1 },
    output: '../../../runs',
    // A judge that none of the losses knows.
    plugins: ['@fsae/loss-arcface'],
    evaluate: { learnFrom: 200, metrics: { swapIdentity: { model: 'faceres' } } },
  },
  blocks: [
    { axes: { grid: pick(grid, 7), warp: warp(0), remedy } },
    { axes: { grid: pick(grid, 3), warp: warp(0), remedy: pick(remedy, 'none') } },
    { axes: { grid: pick(grid, 7), warp: warp(2), remedy: pick(remedy, 'none', 'cell') } },
    { axes: { grid: pick(grid, 3), warp: warp(2), remedy: pick(remedy, 'none', 'cell') } },
    { axes: { grid: pick(grid, 7), warp: warp(0.5), remedy: pick(remedy, 'adversarial') } },
  ],
};
