// `pnpm verify:losses`: what each loss costs. For every backend named, one process trains the preset `small` (64 px, batches
// of 4) once per loss, L1 alone beside them; the trainings take turns step by step, so that other load meets all alike.
// Prints CPU milliseconds of a step (all threads) and the ratio to L1 alone.
//   node scripts/verify-losses.mjs [--backends onnx,wasm] [--steps 30] [--threads 1]
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build, install, root } from './setup.mjs';

const { values: options } = parseArgs({
  options: {
    backends: { type: 'string', default: 'onnx,wasm' },
    steps: { type: 'string', default: '30' },
    threads: { type: 'string', default: '1' },
    only: { type: 'string' },
  },
});
/** Graphs are compiled and caches filled. */
const WARM_UP = 5;

const VARIATIONAL = { bottleneck: { use: 'spatial', variational: true } };
const rows = [
  { name: 'l1 alone', losses: {} },
  { name: 'mse', losses: { mse: 1 } },
  { name: 'ssim', losses: { ssim: 1 } },
  { name: 'latent-statistics, per cell', losses: { 'latent-statistics': { weight: 15, per: 'cell', momentum: 0.1 } } },
  { name: 'kl, with its variational bottleneck', losses: { kl: 1e-4 }, model: VARIATIONAL },
  { name: 'adversarial, vector', losses: { adversarial: { weight: 0.2 } } },
  { name: 'adversarial, vector, without the referee', losses: { adversarial: { weight: 0.2, referee: false } } },
  { name: 'adversarial, vector, R1', losses: { adversarial: { weight: 0.2, r1: 1 } } },
  { name: 'adversarial, map', losses: { adversarial: { weight: 0.2, network: 'map' } } },
  { name: 'arcface, avatars', losses: { arcface: { weight: 0.3, model: 'avatars' } } },
  { name: 'landmark, avatars', losses: { landmark: { weight: 1, model: 'avatars' } } },
  { name: 'landmark, avatars, of the swap too', losses: { landmark: { weight: 1, model: 'avatars', swap: true } } },
  { name: 'lpips, squeeze', losses: { lpips: 0.1 } },
];

if (options.only === undefined) {
  install();
  build();
  for (const backend of options.backends.split(',')) {
    const args = ['--only', backend, '--steps', options.steps, '--threads', options.threads];
    const { status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), ...args], { stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  }
} else {
  await measure(options.only, Number(options.steps), Number(options.threads));
}

async function measure(backend, steps, threads) {
  const { train } = await import('@fsae/core');
  const folder = await mkdtemp(join(tmpdir(), 'fsae-losses-'));
  const times = rows.map(() => []);
  const turns = takeTurns(rows.length);
  const trainings = [];
  for (const [i, { losses, model = {} }] of rows.entries()) {
    const config = {
      name: `row-${i}`,
      output: folder,
      identities: { ada: { use: 'avatars', person: 1, count: 40 }, ben: { use: 'avatars', person: 2, count: 40 } },
      preset: 'small',
      model,
      losses: { l1: 1, ...losses },
      train: { steps: WARM_UP + steps },
      backend: { use: backend, threads },
    };
    let before;
    let opened;
    const open = new Promise((resolve) => {
      opened = resolve;
    });
    const clock = {
      name: 'clock',
      async onStart() {
        opened();
        await turns.mine(i);
        before = process.cpuUsage();
      },
      async onStep(report) {
        // A lazy backend has computed the step once somebody has read from it.
        await report.read();
        const { user, system } = process.cpuUsage(before);
        if (report.index > WARM_UP) times[i].push((user + system) / 1000);
        turns.next();
        await turns.mine(i);
        before = process.cpuUsage();
      },
      onEnd: () => turns.leave(i),
    };
    trainings.push(train({ config, root }, { callbacks: () => [clock] }));
    // One after the other: a backend is activated once per process.
    await Promise.race([open, trainings[i]]);
  }
  await Promise.all(trainings).finally(() => rm(folder, { recursive: true, force: true }));
  const [base] = times.map(median);
  console.log(`\n${backend}, ${threads} ${threads === 1 ? 'thread' : 'threads'}, medians of ${steps} steps\n`);
  console.log('| loss | CPU ms a step | ratio to l1 alone |\n|---|---|---|');
  for (const [i, { name }] of rows.entries()) {
    const ms = median(times[i]);
    console.log(`| ${name} | ${ms.toFixed(1)} | ${(ms / base).toFixed(2)} |`);
  }
}

/**
 * One at a time until each has left, in another order every round: a step pays for some of what the one before it left
 * (caches, garbage), and that must not always be the same.
 */
function takeTurns(count) {
  const waiting = new Map();
  const present = Array.from({ length: count }, (_, i) => i);
  let queue = [...present];
  let seed = 1;
  const shuffled = () => {
    const order = [...present];
    for (let i = order.length - 1; i > 0; i--) {
      seed = (seed * 48271) % 2147483647;
      const j = seed % (i + 1);
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  };
  const next = () => {
    queue.shift();
    if (queue.length === 0) queue = shuffled();
    waiting.get(queue[0])?.();
    waiting.delete(queue[0]);
  };
  return {
    mine: (i) => new Promise((resolve) => (i === queue[0] ? resolve() : waiting.set(i, resolve))),
    next,
    leave(i) {
      present.splice(present.indexOf(i), 1);
      const isHolder = queue[0] === i;
      queue = queue.filter((other, position) => other !== i || position === 0);
      if (isHolder) next();
    },
  };
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
