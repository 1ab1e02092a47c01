import * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

export type { BackendWasm };

export type KernelArguments = Parameters<tf.KernelFunc>[0];

/** What a wasm kernel function is called with. */
export interface WasmCall {
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly backend: BackendWasm;
}

/**
 * A float32 tensor's values in the wasm heap, live. Valid until the next allocation: the heap may grow and then the old
 * buffer is detached.
 */
export function floats(backend: BackendWasm, tensor: tf.TensorInfo): Float32Array {
  return backend.typedArrayFromHeap(tensor) as Float32Array;
}

/** Runs another kernel of the same backend outside the engine: no tape, no scope. The caller disposes what it does not return. */
export function runKernel(
  backend: BackendWasm,
  name: string,
  inputs: Readonly<Record<string, tf.TensorInfo>>,
  attrs: Readonly<Record<string, unknown>>,
): tf.TensorInfo {
  const kernel = tf.getKernel(name, 'wasm');
  return kernel.kernelFunc({ inputs, attrs, backend } as unknown as KernelArguments) as tf.TensorInfo;
}

export function reshaped(tensor: tf.TensorInfo, shape: number[]): tf.TensorInfo {
  return { dataId: tensor.dataId, shape, dtype: tensor.dtype };
}
