import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FsaeError } from '../../src/errors/fsae-error.js';
import { builtin } from '../../src/plugins/builtin.js';
import { Channel } from '../../src/sweep/channel.js';
import type { SweepConfig } from '../../src/sweep/define.js';
import type { SweepExecutor, SweepReport } from '../../src/sweep/executor.js';
import { runSweepJob } from '../../src/sweep/job.js';
import { localExecutor } from '../../src/sweep/local.js';
import { planSweep } from '../../src/sweep/plan.js';
import { runSweep, type SweepOptions, type SweepWatcher } from '../../src/sweep/sweep.js';

// Under this package, so that what is bundled finds what it imports.
const CACHE = fileURLToPath(new URL('../../.cache/sweep-test', import.meta.url));
let folder: string;

/** Plain JavaScript for processes of their own. */
beforeAll(async () => {
  await mkdir(CACHE, { recursive: true });
  folder = await mkdtemp(join(CACHE, 'run-'));
  await build({
    configFile: false,
    logLevel: 'silent',
    ssr: { noExternal: ['@fsae/avatars'], resolve: { conditions: ['@fsae/source', 'node', 'import'] } },
    build: {
      ssr: true,
      outDir: join(folder, 'built'),
      rollupOptions: {
        input: {
          worker: fileURLToPath(new URL('../../src/sweep/worker.ts', import.meta.url)),
          whole: fileURLToPath(new URL('whole-sweep.ts', import.meta.url)),
        },
      },
    },
  });
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What is not needed to tell one model from another takes most of the time. */
const unmeasured = Object.fromEntries(
  [...Object.keys(builtin.metrics ?? {}), 'swapIdentity', 'lpips']
    .filter((name) => name !== 'reconstruction')
    .map((name) => [name, false as const]),
);

const sweep = (name: string, steps: number, seeds = [1, 2]): SweepConfig => ({
  name,
  base: {
    identities: {
      ada: { use: 'avatars', person: 1, count: 12 },
      ben: { use: 'avatars', person: 2, count: 12 },
    },
    size: 16,
    model: {
      encoder: { use: 'conv', channels: 3, stages: 1 },
      bottleneck: { use: 'dense', units: 6 },
      decoder: { use: 'pixel-shuffle', channels: 4 },
    },
    losses: { l1: 1 },
    data: { heldOut: 0.25 },
    train: { steps, batchSize: 2 },
    checkpoint: { every: 2 },
    preview: { rows: 1 },
    evaluate: { metrics: unmeasured },
    backend: 'cpu',
  },
  blocks: [{ axes: { seed: seeds } }],
});

const script = () => join(folder, 'built/worker.js');
const plan = (config: SweepConfig) => planSweep(config, { root: folder, file: null });
async function run(config: SweepConfig, watch: SweepWatcher = {}, options: Partial<SweepOptions> = {}) {
  const executor = () => localExecutor({ workers: 1, script: script() });
  return runSweep(await plan(config), { executor, signal: new AbortController().signal, watch, ...options });
}
/** An executor of the smallest kind: one job after the other, in this process. */
function inProcess(): SweepExecutor {
  const reports = new Channel<SweepReport>();
  let last = Promise.resolve();
  return {
    async submit(job) {
      last = last.then(async () => {
        try {
          const result = await runSweepJob(job, {
            logger: { info() {}, warn() {} },
            signal: new AbortController().signal,
          });
          if ('rows' in result) reports.push({ kind: 'done', job: job.id, result });
        } catch (error) {
          const { code, message } = error as FsaeError;
          reports.push({ kind: 'failed', job: job.id, error: { code, message } });
        }
      });
    },
    results: () => reports,
    close: async () => reports.end(),
  };
}

const linesOf = async (name: string) =>
  (await readFile(join(folder, 'runs', name, 'results.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

test('a killed sweep goes on from the checkpoints, finished runs are left alone, and nothing differs', {
  timeout: 300_000,
}, async () => {
  const config = sweep('killed', 12);
  // A sweep in a process of its own, killed without warning as soon as its second run has a checkpoint.
  const file = join(folder, 'sweep.config.json');
  await writeFile(file, JSON.stringify(config));
  const child = spawn(process.execPath, [join(folder, 'built/whole.js'), file, script()], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaint = '';
  child.stderr.on('data', (text) => {
    complaint += text;
  });
  const exit = once(child, 'exit');
  const second = join(folder, 'runs/killed/seed-2/checkpoints/latest');
  while (!existsSync(second) && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill('SIGKILL');
  await exit;
  expect(complaint).toBe('');
  expect(existsSync(join(folder, 'runs/killed/sweep.lock'))).toBe(true);
  expect((await linesOf('killed')).map((line) => line.run)).toEqual(['seed-1']);
  // And its last line was cut in half.
  await appendFile(join(folder, 'runs/killed/results.jsonl'), '{"run":"seed-2","ax');

  const steps: number[] = [];
  const end = await run(config, {
    onStart: (todo) => expect(todo.map((one) => one.run)).toEqual(['seed-2']),
    onStep: (_, step) => steps.push(step),
  });
  expect(end).toMatchObject({ measured: 2, failed: [], left: 0 });
  expect(steps[0] ?? 12).toBeGreaterThan(2);

  const lines = await linesOf('killed');
  expect(lines.map((line) => line.run)).toEqual(['seed-1', 'seed-2']);
  expect(lines[1]).toMatchObject({ axes: { seed: '2' }, seed: 2, step: 12, backend: 'cpu', latent: [1, 1, 6] });
  await run(sweep('unbroken', 12, [2]), {}, { executor: inProcess });
  const unbroken = await linesOf('unbroken');
  expect(lines[1].rows).toEqual(unbroken[0].rows);
  expect(await readdir(join(folder, 'runs/killed/seed-2/checkpoints'))).toEqual(['latest', 'step-000012']);
  expect(existsSync(join(folder, 'runs/killed/seed-2/preview.png'))).toBe(true);

  // Trained but not in the results: measured only. Another config in the same folder: refused.
  await writeFile(join(folder, 'runs/killed/results.jsonl'), `${JSON.stringify(lines[0])}\n`);
  const trained = await run(
    config,
    { onStep: () => expect.fail('a trained run was trained again') },
    { executor: inProcess },
  );
  expect(trained.measured).toBe(2);
  expect((await linesOf('killed'))[1].rows).toEqual(unbroken[0].rows);
  await expect(run(sweep('killed', 14))).rejects.toMatchObject({ code: 'FSAE_SWEEP_CHANGED' });
});

test('told to stop, the run in progress is saved and the others are left', { timeout: 180_000 }, async () => {
  const config = sweep('stopped', 100_000);
  const controller = new AbortController();
  const end = await run(config, { onStep: () => controller.abort() }, { signal: controller.signal });
  expect(end).toMatchObject({ measured: 0, failed: [], left: 2 });
  expect(existsSync(join(folder, 'runs/stopped/seed-1/checkpoints/latest'))).toBe(true);
  expect(existsSync(join(folder, 'runs/stopped/seed-2'))).toBe(false);
  expect(existsSync(join(folder, 'runs/stopped/sweep.lock'))).toBe(false);
});

test('a run that fails is written down and the sweep goes on; it is tried again only when asked', {
  timeout: 180_000,
}, async () => {
  const broken = { ...sweep('broken', 2) };
  const config: SweepConfig = {
    ...broken,
    blocks: [{ axes: { rate: { high: { data: { heldOut: 0 } }, fine: {} }, seed: [1] } }],
  };
  const end = await run(config, {}, { executor: inProcess });
  expect(end.measured).toBe(1);
  expect(end.failed).toMatchObject([{ run: 'rate-high_seed-1', error: { code: expect.stringMatching(/^FSAE_/) } }]);
  const seen: string[][] = [];
  const onStart = (todo: readonly { readonly run: string }[]) => void seen.push(todo.map((one) => one.run));
  await run(config, { onStart }, { executor: inProcess });
  await run(config, { onStart }, { executor: inProcess, retry: true });
  expect(seen).toEqual([[], ['rate-high_seed-1']]);
});

test('a worker that dies without a word is started again, three times in all', { timeout: 180_000 }, async () => {
  const dying = join(folder, 'dying.mjs');
  await writeFile(
    dying,
    "process.on('message', () => { console.error('no memory'); process.kill(process.pid, 'SIGKILL'); });",
  );
  const lost: string[] = [];
  const end = await run(
    sweep('lost', 3, [1]),
    { onLost: (_, reason) => lost.push(reason) },
    { executor: () => localExecutor({ workers: 2, script: dying }) },
  );
  expect(lost).toHaveLength(2);
  expect(lost[0]).toMatch(/SIGKILL/);
  expect(end.failed).toMatchObject([{ run: 'seed-1', error: { code: 'FSAE_SWEEP_WORKER_LOST' } }]);
});
