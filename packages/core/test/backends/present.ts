import { join } from 'node:path';
import { cpu } from '../../src/backends/cpu.js';
import { createTfjsNode } from '../../src/backends/tfjs-node.js';
import { wasm } from '../../src/backends/wasm.js';
import type { BackendProvider } from '../../src/contracts/index.js';

/** A project with @tensorflow/tfjs-node, or -gpu, in it (scripts/verify-tfjs-node.mjs); core's own tests do without. */
const project = process.env['FSAE_TFJS_NODE_PROJECT'];
const gpu = process.env['FSAE_TFJS_NODE_GPU'] === '1';
const found = createTfjsNode({ gpu, ...(project === undefined ? {} : { from: [join(project, 'package.json')] }) });
// The GPU package runs on machines without a GPU too; only `available` refuses to.
const tensorFlow: BackendProvider = gpu ? { ...found, available: async () => ({ ok: true }) } : found;

const all: readonly BackendProvider[] = [cpu, wasm, tensorFlow];

/** What tests train on: TensorFlow where a project with it was given. */
export const trainingBackend: BackendProvider = project === undefined ? cpu : tensorFlow;

/** The providers that work here; the reasons of the others are printed, for a test that skips in silence proves nothing. */
export async function presentBackends(): Promise<BackendProvider[]> {
  const present: BackendProvider[] = [];
  for (const provider of all) {
    const found = await provider.available();
    if (found.ok) present.push(provider);
    else console.info(`not tested here: backend ${provider.name} (${found.reason})`);
  }
  return present;
}
