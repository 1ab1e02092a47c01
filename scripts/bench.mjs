// `npm run bench`: training steps of every backend that is present and of PyTorch where python3 has it. Engines are
// long-lived processes that take turns, a few steps each; a step that other load disturbed is dropped and counted.
//   node scripts/bench.mjs [--only demo|A] [--sizes 64,128] [--threads 2] [--rounds 4] [--steps 4] [--backends onnx]
// Writes bench/results.json and prints a table. PYTHON names another interpreter than python3.
import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { build, install, root } from './setup.mjs';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    sizes: { type: 'string', default: '64,128' },
    threads: { type: 'string', default: String(Math.min(2, os.availableParallelism())) },
    rounds: { type: 'string', default: '4' },
    steps: { type: 'string', default: '4' },
    backends: { type: 'string', default: 'onnx' },
  },
});

/** More than this share of a core used by others and a step does not count. */
const DISTURBANCE = 0.15;
/** With fewer clean steps than this the figures are of all steps and say nothing about speed: no ratio is given. */
const ENOUGH = 8;

/** Seconds of CPU used since boot by everybody; undefined where there is no /proc. */
async function systemSeconds() {
  try {
    const [line] = (await readFile('/proc/stat', 'utf8')).split('\n');
    const [user, nice, system, , , irq, softirq] = line.split(/\s+/).slice(1).map(Number);
    return (user + nice + system + irq + softirq) / 100;
  } catch {
    return undefined;
  }
}

class Engine {
  steps = [];
  peakMegabytes = 0;

  constructor(name, command, args) {
    this.name = name;
    this.process = spawn(command, args, { cwd: root, stdio: ['pipe', 'pipe', 'ignore'] });
    this.lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
    this.failure = new Promise((resolve) => this.process.once('error', resolve));
  }

  async next() {
    const result = await Promise.race([this.lines.next(), this.failure.then(() => ({ done: true }))]);
    return result.done ? undefined : JSON.parse(result.value);
  }

  async start() {
    const ready = await this.next();
    if (ready === undefined) return false;
    Object.assign(this, ready);
    return true;
  }

  /** The first step of a turn finds cold caches and is not counted. */
  async turn(steps) {
    this.process.stdin.write(`${steps + 1}\n`);
    let before = await systemSeconds();
    for (let i = 0; ; i++) {
      const line = await this.next();
      if (line === undefined) throw new Error(`${this.name} ended in the middle of a turn.`);
      if (line.done) {
        this.peakMegabytes = line.peakMegabytes;
        return;
      }
      const now = await systemSeconds();
      const others = now === undefined ? 0 : Math.max(0, now - before - line.cpuSeconds) / line.seconds;
      before = now;
      if (i > 0) this.steps.push({ ...line, clean: others <= DISTURBANCE });
    }
  }
}

const isQuiet = (row) => row !== undefined && row.cleanSteps >= ENOUGH;

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

async function measure(benchmark, size) {
  const { threads } = options;
  const python = process.env.PYTHON ?? 'python3';
  const engines = [];
  for (const backend of options.backends.split(',')) {
    engines.push(new Engine(backend, process.execPath, ['scripts/bench/tfjs.mjs', backend, benchmark, size, threads]));
  }
  engines.push(new Engine('torch', python, ['scripts/bench/torch_steps.py', benchmark, size, threads]));
  const running = [];
  for (const engine of engines) {
    if (await engine.start()) running.push(engine);
    else console.log(`${engine.name}: not present, left out`);
  }
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const engine of running) await engine.turn(Number(options.steps));
  }
  for (const engine of engines) engine.process.kill();
  const flops = running.find((engine) => engine.flops !== undefined)?.flops ?? 0;
  const rows = running.map((engine) => {
    const clean = engine.steps.filter((step) => step.clean);
    const counted = (clean.length >= ENOUGH ? clean : engine.steps).map((step) => step.seconds);
    const medianSeconds = median(counted);
    return {
      benchmark,
      size: Number(size),
      backend: engine.name,
      threads: Number(threads),
      medianSeconds,
      low: Math.min(...counted),
      high: Math.max(...counted),
      cpuSeconds: median(engine.steps.map((step) => step.cpuSeconds)),
      cleanSteps: clean.length,
      droppedSteps: engine.steps.length - clean.length,
      gflops: flops / medianSeconds / 1e9,
      peakMegabytes: engine.peakMegabytes,
      compileSeconds: engine.compileSeconds,
    };
  });
  const torch = rows.find((row) => row.backend === 'torch');
  return rows.map((row) => ({
    ...row,
    ratioToTorch: isQuiet(row) && isQuiet(torch) ? row.medianSeconds / torch.medianSeconds : null,
  }));
}

install();
build();
const rows = [];
for (const [benchmark, size] of [['demo', '64'], ...options.sizes.split(',').map((size) => ['A', size])]) {
  if (options.only !== undefined && options.only !== benchmark) continue;
  for (const row of await measure(benchmark, size)) {
    rows.push(row);
    const ratio = row.ratioToTorch === null ? '' : `, ${row.ratioToTorch.toFixed(2)}x torch`;
    const seconds = [row.medianSeconds, row.low, row.high].map((value) => (value * 1e3).toFixed(1));
    console.log(
      `${benchmark} ${size} ${row.backend.padEnd(6)} ${seconds[0]} ms (${seconds[1]} to ${seconds[2]}), ${row.cleanSteps} clean steps, ` +
        `${row.gflops.toFixed(0)} GFLOP/s, ${row.peakMegabytes.toFixed(0)} MB, ready in ${row.compileSeconds.toFixed(1)} s${ratio}`,
    );
  }
}
const { model } = os.cpus()[0] ?? { model: 'unknown' };
const machine = {
  cpu: model,
  cores: os.availableParallelism(),
  node: process.version,
  platform: `${os.platform()} ${os.arch()}`,
};
await mkdir(join(root, 'bench'), { recursive: true });
await writeFile(join(root, 'bench/results.json'), `${JSON.stringify({ machine, rows }, null, 2)}\n`);
