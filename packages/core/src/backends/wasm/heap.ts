import type * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { WasmMemory } from './webassembly.js';

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

/** The memory that is the backend's heap. */
export function memoryOf(backend: BackendWasm): WasmMemory {
  return (backend.wasm as unknown as { readonly asm: { readonly memory: WasmMemory } }).asm.memory;
}

/** The allocator of the heap; addresses come as signed numbers. */
export function allocatorOf(backend: BackendWasm): { _malloc(bytes: number): number; _free(address: number): void } {
  return backend.wasm as unknown as ReturnType<typeof allocatorOf>;
}

/** A tensor's address in the heap. */
export function addressOf(backend: BackendWasm, tensor: tf.TensorInfo): number {
  return backend.getMemoryOffset(tensor.dataId);
}
