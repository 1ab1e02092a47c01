// Does a bound on the adversarial loss's bits hold by an outsider's judgement, and does the swap gain? Trains one small
// model on eight synthetic people with the losses that are given, then prints one line of JSON:
// node scripts/identity-bound/run.mjs '{ "name": "bound 2", "variational": true, "losses": { "l1": 1, ... } }' ...
// The runs that were fixed before they were made: xargs -d '\n' -n 1 node scripts/identity-bound/run.mjs < scripts/identity-bound/confirmation.jsonl
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluate, train } from '@fsae/core';

const SIZE = 32;
const LOGGED = ['loss/l1', 'loss/kl', 'adversarial/bits', 'adversarial/cross-entropy', 'adversarial/multiplier'];
/** What says nothing about the bound and takes longer than the training. */
const NEEDLESS = {
  'swap.structure': false,
  'swap.source': false,
  swapInvariance: false,
  lpips: false,
  swapIdentity: false,
};

for (const argument of process.argv.slice(2)) console.log(JSON.stringify(await run(JSON.parse(argument)), rounded));

async function run({
  name,
  losses,
  variational = false,
  people = 8,
  steps = 1500,
  seed = 1,
  schedule = {},
  backend = 'auto',
}) {
  const root = mkdtempSync(join(tmpdir(), 'fsae-identity-bound-'));
  const config = {
    identities: Object.fromEntries(
      Array.from({ length: people }, (_, i) => [`person${i + 1}`, { use: 'avatars', person: i + 1, count: 320 }]),
    ),
    size: SIZE,
    model: {
      encoder: { use: 'conv', channels: 16, stages: 1 },
      bottleneck: { use: 'spatial', grid: 7, hidden: 48, channels: 16, expandChannels: 32, variational },
      decoder: { use: 'pixel-shuffle', channels: 24 },
    },
    losses,
    data: { warp: 0.25, heldOut: 0.25 },
    train: { steps, batchSize: 2, seed, optimizer: { learningRate: 2e-3 }, schedule, average: 0 },
    checkpoint: { every: steps },
    preview: { every: 0, rows: 1 },
    backend,
    evaluate: { metrics: NEEDLESS, atMost: 40 },
  };
  const lines = [];
  const callbacks = () => [
    {
      name: 'bound',
      async onStep(report) {
        if (report.index % 10 === 0) lines.push(await report.read());
      },
    },
  ];
  const started = performance.now();
  const result = await train({ config, root }, { callbacks });
  const seconds = (performance.now() - started) / 1000;
  const { rows } = (await evaluate({ run: result.runFolder, root })).evaluation;
  rmSync(root, { recursive: true, force: true });
  return {
    name,
    seed,
    steps,
    backend: result.backend,
    seconds,
    probedBits: meanRow(rows, 'identityBits', 'two-layer', 'value'),
    noiselessBits: meanRow(rows, 'identityBits', 'noiseless', 'value'),
    rate: meanRow(rows, 'information.zx', 'rate', 'value'),
    // Means over the last fifth of the run.
    ...Object.fromEntries(LOGGED.map((key) => [key, mean(lines.slice(-lines.length / 5), (line) => line[key])])),
    reconstruction: meanRow(rows, 'reconstruction.psnr', 'whole', 'value'),
    swap: meanRow(rows, 'swap.truth.psnr', 'whole', 'value'),
    eyes: meanRow(rows, 'swap.truth.psnr', 'eyes', 'value'),
    mouth: meanRow(rows, 'swap.truth.psnr', 'mouth', 'value'),
    meanFace: meanRow(rows, 'swap.truth.psnr', 'whole', 'meanFace'),
    noSwap: meanRow(rows, 'swap.truth.psnr', 'whole', 'noSwap'),
  };
}

function meanRow(rows, metric, region, key) {
  return mean(
    rows.filter((row) => row.metric === metric && row.region === region),
    (row) => row[key],
  );
}

function mean(items, value) {
  const values = items.map(value).filter((x) => x !== undefined);
  return values.length === 0 ? null : values.reduce((sum, x) => sum + x, 0) / values.length;
}

function rounded(_, value) {
  return typeof value === 'number' ? Number(value.toFixed(4)) : value;
}
