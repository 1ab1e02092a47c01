import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import type { Availability, BackendProvider } from '../contracts/index.js';
import { fsaeError } from '../errors/catalogue.js';
import { hushBanner } from './cpu.js';
import { registerLeakyReluGradient } from './leaky-relu-gradient.js';
import { assertOneTfjs, findPackage } from './one-tfjs.js';
import { createHeapAdam } from './wasm/adam.js';
import type { BackendWasm } from './wasm/heap.js';
import { prepareHeap } from './wasm/prepare.js';
import { registerWasmKernels } from './wasm/register.js';
import { simdProgram, webAssembly } from './wasm/webassembly.js';

const packageName = '@tensorflow/tfjs-backend-wasm';
const install = `npm i ${packageName}`;

/** XNNPACK in WebAssembly plus the training kernels that it lacks: the default where nothing native is present. */
export const wasm: BackendProvider = {
  name: 'wasm',
  deterministic: true,
  optimizer: createHeapAdam,

  async available(): Promise<Availability> {
    const found = findPackage(packageName, import.meta.url);
    if (found === undefined) return { ok: false, reason: `${packageName} is not installed`, install };
    if (!existsSync(join(found.folder, 'dist', 'tfjs-backend-wasm-simd.wasm'))) {
      return { ok: false, reason: `${found.folder} lacks its .wasm files`, install };
    }
    if (!webAssembly.validate(simdProgram)) {
      return {
        ok: false,
        reason: 'this processor or Node.js has no WebAssembly SIMD',
        install: 'use Node.js 20 or newer',
      };
    }
    return { ok: true, detail: `${packageName} ${found.version}` };
  },

  async activate(): Promise<void> {
    const found = findPackage(packageName, import.meta.url);
    if (found === undefined) {
      throw fsaeError('FSAE_BACKEND_UNAVAILABLE', { name: 'wasm', reason: `${packageName} is not installed`, install });
    }
    assertOneTfjs(packageName, found.folder);
    // Importing it registers the backend with tfjs: that is why it waits for activation.
    const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
    if (tf.engine().findBackendFactory('wasm') === null) {
      throw fsaeError('FSAE_BACKEND_LOAD', {
        name: 'wasm',
        reason: `${packageName} registered with another copy of tfjs`,
      });
    }
    setWasmPaths(join(found.folder, 'dist') + sep);
    if (!(await tf.setBackend('wasm'))) {
      throw fsaeError('FSAE_BACKEND_LOAD', {
        name: 'wasm',
        reason: 'its .wasm file did not compile or its memory is missing',
      });
    }
    // Kernels that wasm lacks run on cpu.
    hushBanner();
    prepareHeap(tf.backend() as unknown as BackendWasm);
    registerWasmKernels();
    registerLeakyReluGradient();
  },
};
