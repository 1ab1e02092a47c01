// The backends that can be measured, by name.
import * as tf from '@tensorflow/tfjs';

/** @returns {Promise<{ activate(threads: number): Promise<void>, optimizer: Function }>} */
export async function provider(name) {
  if (name === 'onnx') {
    const { default: plugin } = await import('@fsae/backend-onnx');
    const { onnx } = plugin.backends;
    return { activate: (threads) => onnx.activate({ threads }), optimizer: onnx.optimizer };
  }
  if (name.startsWith('tfjs-node')) {
    const { openBackend } = await import('@fsae/core');
    let active;
    return {
      activate: async (threads) => {
        process.env.TF_NUM_INTRAOP_THREADS = String(threads);
        active = await openBackend({ use: name, root: process.cwd() });
      },
      optimizer: (...setting) => active.optimizer(...setting),
    };
  }
  throw new Error(`No backend "${name}" to measure; tfjs ${tf.version_core} has ${tf.engine().backendNames()}.`);
}
