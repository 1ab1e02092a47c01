import * as tf from '@tensorflow/tfjs';
import { onCpu } from './fallback.js';
import { addressOf, type KernelArguments, type WasmCall } from './heap.js';
import { Multiplier } from './multiply.js';

/** a [..., m, k] times b [..., k, n], each transposed or not, batch axes broadcast -> [..., m, n]. */
export function batchMatMul(): tf.KernelFunc {
  const otherwise = onCpu(tf.BatchMatMul);
  const run = (call: WasmCall) => {
    const { a, b } = call.inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
    if (a.dtype === 'float32' && b.dtype === 'float32') return multiply(call, a, b);
    return otherwise(call as unknown as KernelArguments);
  };
  return run as unknown as tf.KernelFunc;
}

function multiply({ attrs, backend }: WasmCall, a: tf.TensorInfo, b: tf.TensorInfo): tf.TensorInfo {
  const { transposeA, transposeB } = attrs as { transposeA: boolean; transposeB: boolean };
  const [aRows, aColumns] = a.shape.slice(-2) as [number, number];
  const [bRows, bColumns] = b.shape.slice(-2) as [number, number];
  const [m, k] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
  const [inner, n] = transposeB ? [bColumns, bRows] : [bRows, bColumns];
  tf.util.assert(
    k === inner,
    () => `matMul: inner lengths ${k} and ${inner} differ (shapes ${a.shape} and ${b.shape}).`,
  );
  const [aBatch, bBatch] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(aBatch, bBatch);
  const out = backend.makeOutput([...batch, m, n], 'float32');
  const [from, by, to] = [a, b, out].map((tensor) => addressOf(backend, tensor)) as [number, number, number];
  const [aCount, bCount] = [tf.util.sizeFromShape(aBatch), tf.util.sizeFromShape(bBatch)];
  const multiplier = Multiplier.of(backend);
  for (let i = 0; i < tf.util.sizeFromShape(batch); i++) {
    // One matrix for all, or one for each: tfjs broadcasts no further.
    const addresses = [from + 4 * (i % aCount) * m * k, by + 4 * (i % bCount) * k * n, to + 4 * i * m * n] as const;
    multiplier.matrices([m, k, n], addresses, transposeA, transposeB);
  }
  return out;
}
