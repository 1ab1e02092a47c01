import * as tf from '@tensorflow/tfjs';
import type { OnnxBackend } from '../backend.js';
import type { Node } from '../node.js';
import { activate, type Fusion, isKnownActivation } from './activation.js';
import { isFloat, type KernelTable } from './kernel.js';

function product(
  backend: OnnxBackend,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  transposeA: boolean,
  transposeB: boolean,
): Node {
  const [rows, inner] = a.shape.slice(-2) as [number, number];
  const [innerB, columns] = b.shape.slice(-2) as [number, number];
  const m = transposeA ? inner : rows;
  const k = transposeA ? rows : inner;
  const kB = transposeB ? columns : innerB;
  const n = transposeB ? innerB : columns;
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  tf.util.assert(
    k === kB,
    () =>
      `Error in matMul: inner shapes (${k}) and (${kB}) of Tensors with shapes ${a.shape} and ${b.shape} and transposeA=${transposeA} and transposeB=${transposeB} must match.`,
  );
  const attributes = { transposeA: Boolean(transposeA), transposeB: Boolean(transposeB) };
  const shape = [...batch, m, n];
  // tfjs puts one batch axis around every plain product; without it onnxruntime can use its fastest path.
  if (a.shape.length <= 3 && b.shape.length <= 3 && tf.util.sizeFromShape(batch) === 1) {
    const [left, right] = [a, b].map((x) => backend.reshape(backend.nodeOf(x), x.shape.slice(-2)));
    return backend.reshape(backend.node('MatMul', [left!, right!], [m, n], 'float32', attributes), shape);
  }
  return backend.node('MatMul', [backend.nodeOf(a), backend.nodeOf(b)], shape, 'float32', attributes);
}

const areMatrices = (...tensors: readonly tf.TensorInfo[]) => tensors.every((tensor) => tensor.shape.length >= 2);

export const matmul: KernelTable = {
  BatchMatMul: ({ a, b }, { transposeA, transposeB }, backend) =>
    isFloat(a, b) && areMatrices(a, b) ? backend.tensorOf(product(backend, a, b, transposeA, transposeB)) : null,

  _FusedMatMul: ({ a, b, bias, preluActivationWeights }, attributes, backend) => {
    if (!isFloat(a, b) || !areMatrices(a, b) || !isKnownActivation(attributes.activation)) return null;
    let node = product(backend, a, b, attributes.transposeA, attributes.transposeB);
    if (bias) {
      const shape = tf.backend_util.assertAndGetBroadcastShape(node.shape as number[], bias.shape);
      node = backend.node('Add', [node, backend.nodeOf(bias)], shape, 'float32');
    }
    const fusion: Fusion = { ...attributes, preluActivationWeights };
    return backend.tensorOf(activate(backend, node, fusion));
  },
};
