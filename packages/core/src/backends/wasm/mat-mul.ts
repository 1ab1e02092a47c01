import * as tf from '@tensorflow/tfjs';
import { addressOf, type WasmCall } from './heap.js';
import { Multiplier } from './multiply.js';

/** a [..., m, k] times b [..., k, n], each transposed or not, float32, batch axes broadcast -> [..., m, n]. */
export function batchMatMul({ inputs, attrs, backend }: WasmCall): tf.TensorInfo {
  const { a, b } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
  tf.util.assert(
    a.shape.length > 1 && b.shape.length > 1,
    () => `matMul: shapes ${a.shape} and ${b.shape} are not both matrices.`,
  );
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
