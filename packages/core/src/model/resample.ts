import * as tf from '@tensorflow/tfjs';

/**
 * Linear maps of picture rows and columns as plain matrices: pooling, bilinear resizing, cropping. tfjs has no gradient
 * for CropAndResize and a wrong one for half-pixel resizeBilinear; a matrix product is differentiable to any order on
 * every backend.
 */
export type Matrix = readonly (readonly number[])[];

/** Mean over `to` equal intervals of a length of `from`, weighted by overlap: [to][from], rows sum to 1. */
export function averagePooling(from: number, to: number): Matrix {
  return Array.from({ length: to }, (_, i) => {
    const [start, end] = [(i * from) / to, ((i + 1) * from) / to];
    return Array.from(
      { length: from },
      (_, j) => Math.max(0, Math.min(end, j + 1) - Math.max(start, j)) / (end - start),
    );
  });
}

/** Bilinear sampling at `to` half-pixel centres of the interval [start, end] of a length of `from`, edges clamped: [to][from], rows sum to 1. */
export function bilinear(from: number, to: number, start = 0, end = from): Matrix {
  return Array.from({ length: to }, (_, i) => {
    const position = Math.min(Math.max(start + ((i + 0.5) * (end - start)) / to - 0.5, 0), from - 1);
    const low = Math.min(Math.floor(position), Math.max(0, from - 2));
    const row = new Array<number>(from).fill(0);
    row[low] = 1 - (position - low);
    if (from > 1) row[low + 1] = position - low;
    return row;
  });
}

/**
 * Applies `rows` [m][rows] and `columns` [n][columns] to [batch, rows, columns, channels] -> [batch, m, n, channels].
 * The matrices become tensors inside the caller's scope: they are small, and a tensor kept across steps would have to
 * be owned by somebody.
 */
export function resample(x: tf.Tensor4D, rows: Matrix, columns: Matrix): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const [m, n] = [rows.length, columns.length];
  const down = tf.matMul(batched(rows, batch), tf.reshape(x, [batch, height, width * channels]));
  const turned = tf.transpose(tf.reshape(down, [batch, m, width, channels]), [0, 2, 1, 3]);
  const across = tf.matMul(batched(columns, batch), tf.reshape(turned, [batch, width, m * channels]));
  return tf.transpose(tf.reshape(across, [batch, n, m, channels]), [0, 2, 1, 3]) as tf.Tensor4D;
}

function batched(matrix: Matrix, batch: number): tf.Tensor3D {
  return tf.tile(tf.expandDims(tf.tensor2d(matrix as number[][]), 0), [batch, 1, 1]) as tf.Tensor3D;
}
