// The backends that can be measured, by name.
import * as tf from '@tensorflow/tfjs';

/** @returns {Promise<{ activate(threads: number): Promise<void>, optimizer: Function }>} */
export async function provider(name) {
  if (name === 'onnx') {
    const { default: plugin } = await import('@fsae/backend-onnx');
    const { onnx } = plugin.backends;
    return { activate: (threads) => onnx.activate({ threads }), optimizer: onnx.optimizer };
  }
  throw new Error(`No backend "${name}" to measure; tfjs ${tf.version_core} has ${tf.engine().backendNames()}.`);
}
