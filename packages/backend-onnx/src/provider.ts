import { availableParallelism } from 'node:os';
import type { BackendOptions, BackendProvider } from '@fsae/core';
import * as tf from '@tensorflow/tfjs';
import { OnnxBackend } from './backend.js';
import { onnxError, reasonOf } from './errors.js';
import { exportOnnx } from './export.js';
import { registerLeakyReluGradient } from './gradients.js';
import { registerKernels } from './kernels/register.js';
import { fusedAdam } from './optimizer/fused-adam.js';
import { loadRuntime } from './runtime.js';

const NAME = 'onnx';

/** TensorFlow.js on onnxruntime-node: native speed from the npm registry alone. */
export const onnxProvider: BackendProvider = {
  name: NAME,
  deterministic: true,

  async available() {
    try {
      const { version } = loadRuntime();
      return { ok: true, detail: `onnxruntime-node ${version}` };
    } catch (error) {
      return { ok: false, reason: reasonOf(error), install: 'npm install onnxruntime-node@1.17.0' };
    }
  },

  async activate(options: BackendOptions = {}) {
    const runtime = loadRuntime();
    const threads = options.threads ?? availableParallelism();
    const current = tf.findBackend(NAME);
    if (current instanceof OnnxBackend && current.sessions.threads !== threads) tf.removeBackend(NAME);
    if (tf.findBackendFactory(NAME) === null) {
      registerKernels(NAME);
      registerLeakyReluGradient();
      // Below every backend of tfjs: whoever wants it sets it.
      tf.registerBackend(NAME, () => new OnnxBackend(runtime, { threads }), 0);
    }
    await tf.setBackend(NAME);
    assertOneCopy();
  },

  optimizer: fusedAdam,

  freeze(tensors) {
    const backend = tf.backend() as OnnxBackend;
    for (const tensor of tensors) backend.freeze(tensor);
  },

  toOnnx: (program) => exportOnnx(tf.backend() as OnnxBackend, program),
};

/**
 * Two copies of tfjs-core share their engine through the global object, but not their classes: the one that was loaded
 * first makes every tensor.
 *
 * @throws FSAE_ONNX_TWO_TFJS
 */
export function assertOneCopy(ours: unknown = tf.Tensor): void {
  const probe = tf.scalar(0);
  const theirs = probe.constructor;
  probe.dispose();
  if (theirs !== ours) throw onnxError('FSAE_ONNX_TWO_TFJS', { version: tf.version_core });
}
