// `npm run bench`: training steps, swaps, the loader and the machine's peak, on every backend that is present and on
// PyTorch where python3 (or the interpreter named by PYTHON) has it. How: docs/performance.md, "How it is measured".
//   node scripts/bench.mjs [--parts peak,training,inference,loader] [--only demo|A] [--sizes 64,128] [--threads 2]
//     [--backends onnx,tfjs-node,tfjs-node-gpu,wasm] [--project FOLDER] [--rounds 8] [--steps 20] [--seconds 5]
// --project: where tfjs-node is installed, when that is not here. A turn of an engine ends after --steps (more, when they are short) or --seconds.
// Writes bench/results.json and prints the tables that scripts/bench/table.mjs makes of it.
import { mkdir, writeFile } from 'node:fs/promises';
import os from 'node:os';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { measureInference } from './bench/inference.mjs';
import { measureLoader } from './bench/loader.mjs';
import { measureProducts, peakOf } from './bench/product.mjs';
import { resultsFile, tables } from './bench/table.mjs';
import { measureTraining } from './bench/training.mjs';
import { build, install, root } from './setup.mjs';

const { values: options } = parseArgs({
  options: {
    parts: { type: 'string', default: 'peak,training,inference,loader' },
    only: { type: 'string' },
    sizes: { type: 'string', default: '64,128' },
    threads: { type: 'string', default: String(Math.min(2, os.availableParallelism())) },
    backends: { type: 'string', default: 'onnx,tfjs-node,tfjs-node-gpu,wasm' },
    project: { type: 'string' },
    rounds: { type: 'string', default: '8' },
    steps: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '5' },
  },
});
const BATCHES = [8, 1];
/** Of a turn: others' work in less cannot be told, as the system counts it in hundredths of a second. */
const LEAST_SECONDS = 0.5;
install();
build();
const project = resolve(options.project ?? root);
const parts = options.parts.split(',');
const networks = [['demo', 64], ...options.sizes.split(',').map((size) => ['A', Number(size)])].filter(
  ([network]) => options.only === undefined || options.only === network,
);
const setting = {
  threads: Number(options.threads),
  backends: options.backends.split(','),
  folderOf: (backend) => (backend.startsWith('tfjs-node') ? project : root),
  turns: {
    rounds: Number(options.rounds),
    steps: Number(options.steps),
    seconds: Number(options.seconds),
    least: LEAST_SECONDS,
  },
};

const announce = (what) => console.log(`${what} ...`);

if (parts.includes('peak')) announce('the peak');
const products = parts.includes('peak') ? await measureProducts(setting) : [];
const peakGflops = peakOf(products);
const rows = [];
const inference = [];
for (const [network, size] of networks) {
  announce(`${network} at ${size} px`);
  if (parts.includes('training')) rows.push(...(await measureTraining(network, size, { ...setting, peakGflops })));
  if (!parts.includes('inference')) continue;
  for (const batch of BATCHES) inference.push(...(await measureInference(network, size, batch, setting)));
}
const steps = rows.filter(({ benchmark, backend }) => benchmark === 'demo' && backend !== 'torch');
const fastest = steps.length === 0 ? null : Math.min(...steps.map(({ medianSeconds }) => medianSeconds));
if (parts.includes('loader')) announce('the loader');
const loader = parts.includes('loader') ? await measureLoader(fastest) : [];

const [processor] = os.cpus();
const machine = {
  cpu: processor?.model ?? 'unknown',
  cores: os.availableParallelism(),
  memoryGigabytes: Math.round(os.totalmem() / 2 ** 30),
  node: process.version,
  platform: `${os.platform()} ${os.arch()}`,
};
const results = { machine, peakGflops, products, rows, inference, loader };
await mkdir(dirname(resultsFile), { recursive: true });
await writeFile(resultsFile, `${JSON.stringify(results, null, 2)}\n`);
console.log(`\n${tables(results)}`);
