import type * as tf from '@tensorflow/tfjs';
import type { OnnxBackend } from '../backend.js';
import type { Node } from '../node.js';

type Result = tf.TensorInfo | tf.TensorInfo[];

/** Records what a tfjs kernel computes, or returns null where the cpu kernel has to: another dtype, a rare attribute. */
// biome-ignore lint/suspicious/noExplicitAny: attributes are untyped in tfjs (NamedAttrMap), every kernel knows its own
export type Kernel = (inputs: any, attributes: any, backend: OnnxBackend) => Result | null;
export type KernelTable = Readonly<Record<string, Kernel>>;

export function isFloat(...tensors: readonly tf.TensorInfo[]): boolean {
  return tensors.every((tensor) => tensor.dtype === 'float32');
}

export function isNumeric(...tensors: readonly tf.TensorInfo[]): boolean {
  return tensors.every((tensor) => tensor.dtype === 'float32' || tensor.dtype === 'int32');
}

export function nodesOf(backend: OnnxBackend, tensors: readonly tf.TensorInfo[]): Node[] {
  return tensors.map((tensor) => backend.nodeOf(tensor));
}
