import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs';
import type { Availability, BackendProvider } from '../contracts/index.js';
import { fsaeError } from '../errors/catalogue.js';
import { registerLeakyReluGradient } from './leaky-relu-gradient.js';
import { assertOneTfjs, findPackage } from './one-tfjs.js';
import { createFusedAdam } from './tfjs-node/adam.js';
import { registerTensorFlowKernels } from './tfjs-node/kernels.js';

export interface TfjsNodeOptions {
  readonly gpu: boolean;
  /** Files or folders from which the package is looked for: core's own place, then the user's project. */
  readonly from?: readonly string[];
}

/** TensorFlow's C library under tfjs, by the optional peer @tensorflow/tfjs-node or @tensorflow/tfjs-node-gpu. */
export function createTfjsNode({
  gpu,
  from = [import.meta.url, join(process.cwd(), 'package.json')],
}: TfjsNodeOptions) {
  const name = gpu ? 'tfjs-node-gpu' : 'tfjs-node';
  const packageName = `@tensorflow/${name}`;
  const install = `npx fsae backend install tfjs-node${gpu ? ' --gpu' : ''}`;
  const find = () => from.map((place) => findPackage(packageName, place)).find((found) => found !== undefined);

  async function available(): Promise<Availability> {
    if (gpu && !hasNvidiaDriver()) {
      return { ok: false, reason: 'no NVIDIA driver is on this machine', install: 'the driver of your card' };
    }
    const found = find();
    if (found === undefined) return { ok: false, reason: `${packageName} is not installed`, install };
    if (addons(found.folder).length === 0) {
      const reason = `${found.folder} has no native addon: its install script could not download or build it`;
      return { ok: false, reason, install };
    }
    if (!hasLibrary(found.folder))
      return { ok: false, reason: `${found.folder}/deps/lib has no libtensorflow`, install };
    return { ok: true, detail: `${packageName} ${found.version}` };
  }

  const provider: BackendProvider = {
    name,
    // cuDNN's fastest gradient algorithms add in the order in which threads arrive.
    deterministic: !gpu,
    available,
    optimizer: createFusedAdam,
    async activate({ threads } = {}) {
      const found = find();
      if (found === undefined) {
        throw fsaeError('FSAE_BACKEND_UNAVAILABLE', { name, reason: `${packageName} is not installed`, install });
      }
      assertOneTfjs(packageName, found.folder);
      // Read by TensorFlow when it makes its first device; they are the user's where he set them.
      process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
      // TensorFlow takes oneDNN by itself only where a processor has AVX-512 VNNI: elsewhere a step took 1.7 times as long.
      process.env['TF_ENABLE_ONEDNN_OPTS'] ??= '1';
      if (threads !== undefined) process.env['TF_NUM_INTRAOP_THREADS'] ??= String(threads);
      load(name, found.folder);
      if (!(await tf.setBackend('tensorflow'))) {
        throw fsaeError('FSAE_BACKEND_LOAD', { name, reason: 'TensorFlow did not start' });
      }
      registerTensorFlowKernels();
      registerLeakyReluGradient();
    },
  };
  return provider;
}

export const tfjsNode = createTfjsNode({ gpu: false });
export const tfjsNodeGpu = createTfjsNode({ gpu: true });

/** Runs the package, which registers kernels and backend with tfjs. A second time it is in Node's cache. */
function load(name: string, folder: string): void {
  restoreNodeUtil();
  const flags = tf.env();
  const quiet = flags.getBool('PROD');
  // Its own copy of tfjs (same version) registers cpu and webgl once more and would warn about each of their kernels.
  flags.set('PROD', true);
  try {
    createRequire(join(folder, 'package.json'))(folder);
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).split('\n')[0] as string;
    throw fsaeError('FSAE_BACKEND_LOAD', { name, reason }, error);
  } finally {
    flags.set('PROD', quiet);
  }
  if (tf.engine().findBackendFactory('tensorflow') === null) {
    throw fsaeError('FSAE_BACKEND_LOAD', { name, reason: 'it registered with another copy of tfjs' });
  }
}

/** tfjs-node 4.22 calls two functions of node:util that warn in Node.js 22 and are gone since 23 (tensorflow/tfjs#8609). */
function restoreNodeUtil(): void {
  const isNullOrUndefined = (value: unknown) => value === null || value === undefined;
  for (const [name, value] of Object.entries({ isNullOrUndefined, isArray: Array.isArray })) {
    Object.defineProperty(util, name, { value, writable: true, configurable: true });
  }
}

function addons(folder: string): string[] {
  const lib = join(folder, 'lib');
  if (!existsSync(lib)) return [];
  return readdirSync(lib).filter((napi) => existsSync(join(lib, napi, 'tfjs_binding.node')));
}

function hasLibrary(folder: string): boolean {
  const lib = join(folder, 'deps', 'lib');
  return (
    existsSync(lib) && readdirSync(lib).some((file) => /^(lib)?tensorflow\.(so|dll|dylib|.*\.dylib|so\..*)/.test(file))
  );
}

function hasNvidiaDriver(): boolean {
  if (process.platform === 'win32') {
    return existsSync(join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'nvcuda.dll'));
  }
  return existsSync('/proc/driver/nvidia/version') || existsSync('/dev/nvidia0') || existsSync('/dev/dxg');
}
