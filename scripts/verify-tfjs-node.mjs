// Installs tfjs-node and tfjs-node-gpu on a current TensorFlow in a temporary project, as a user would, and runs core's
// backend and training tests and a few steps of benchmark A on each:
//   node scripts/verify-tfjs-node.mjs [--keep] [--without-gpu] [--project FOLDER]
// Needs `pnpm build`, Python with pip and a C++ compiler; downloads about 300 MB, with the GPU package about 4 GB. With
// --project the package that is installed there is tried, and nothing is installed or removed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { tfjsEngine } from './bench/engine.mjs';
import { median } from './bench/measure.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const fsae = join(root, 'packages', 'core', 'bin', 'fsae.js');
const { values: options } = parseArgs({
  options: { keep: { type: 'boolean' }, 'without-gpu': { type: 'boolean' }, project: { type: 'string' } },
});
const given = options.project === undefined ? undefined : resolve(options.project);
const variants = options['without-gpu'] || given !== undefined ? [[]] : [[], ['--gpu']];
/** Of the benchmark: no fewer steps because they are slow. */
const TURN = { steps: 8, seconds: Number.POSITIVE_INFINITY };
const results = [];

for (const flags of variants) {
  const project = given ?? mkdtempSync(join(tmpdir(), 'fsae-tfjs-node-'));
  if (given === undefined) writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true }));
  const run = (what, command, list, options) => {
    const { status } = spawnSync(command, list, { stdio: 'inherit', ...options });
    results.push([`${['tfjs-node', ...flags].join(' ')}: ${what}`, status === 0]);
    return status === 0;
  };
  const cli = (action) => [fsae, 'backend', action, 'tfjs-node', ...flags];
  if (given !== undefined || run('install', process.execPath, cli('install'), { cwd: project })) {
    if (given === undefined) run('install again', process.execPath, cli('install'), { cwd: project });
    const env = { ...process.env, FSAE_TFJS_NODE_PROJECT: project, FSAE_TFJS_NODE_GPU: flags.length === 0 ? '' : '1' };
    const tests = (folder) => ['vitest', 'run', '--project', '@fsae/core', `packages/core/test/${folder}`];
    run('gradients, optimizer, self-test', 'npx', tests('backends'), { cwd: root, env });
    run('training, resuming bit for bit', 'npx', tests('training'), { cwd: root, env });
    // Without a card the GPU package is no backend that fsae would choose.
    const isBackend = flags.length === 0 || existsSync('/proc/driver/nvidia');
    for (const size of isBackend ? [64, 128] : []) await benchmark(['tfjs-node', ...flags].join(' '), size, project);
    if (given === undefined) run('remove', process.execPath, cli('remove'), { cwd: project });
  }
  if (!options.keep && given === undefined) rmSync(project, { recursive: true, force: true });
}

/** Benchmark A as `npm run bench` takes it, seen from the project. A machine with other work on it says nothing about speed. */
async function benchmark(name, size, project) {
  const backend = name.replace(' --', '-');
  const threads = Math.min(2, availableParallelism());
  const engine = tfjsEngine(backend, { threads, work: ['train', 'A', size], cwd: project });
  const title = `${name}: benchmark A at ${size} px`;
  try {
    const { firstResult: before } = await engine.start();
    const steps = await engine.turn(TURN);
    const { result: after, peakMegabytes } = engine;
    const ms = (key) => (median(steps.map((step) => step[key])) * 1e3).toFixed(0);
    const said = `${ms('seconds')} ms a step (CPU ${ms('cpuSeconds')} ms), ${peakMegabytes.toFixed(0)} MB, loss ${before.toFixed(4)} -> ${after.toFixed(4)}`;
    results.push([`${title}, ${said}`, after < before]);
  } catch (error) {
    results.push([`${title}, ${error.message}`, false]);
  } finally {
    engine.stop();
  }
}

for (const [what, passed] of results) console.log(`${passed ? 'passed' : 'FAILED'}  ${what}`);
const failed = results.filter(([, passed]) => !passed).length;
console.log(`${results.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
