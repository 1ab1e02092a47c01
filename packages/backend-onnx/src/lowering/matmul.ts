import type { Lowering, LoweringTable } from './emitter.js';

/** Inputs [..., m, k] and [..., k, n], each possibly transposed; batch axes broadcast. */
const batchMatMul: Lowering = (node, emit) => {
  const [a, b] = [emit.input(node, 0), emit.input(node, 1)];
  const { transposeA, transposeB } = node.attributes;
  const flags = { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 };
  if (node.shape.length > 2)
    return emit.graph.operation('FusedMatMul', [a, b], node.shape, flags, 'float32', 'com.microsoft');
  const bias = node.inputs[2];
  const operands = bias === undefined ? [a, b] : [a, b, emit.value(bias)];
  return emit.graph.operation('Gemm', operands, node.shape, flags);
};

export const matmul: LoweringTable = { MatMul: batchMatMul };
