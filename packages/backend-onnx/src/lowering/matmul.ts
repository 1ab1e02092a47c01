import type { Node } from '../node.js';
import type { Value } from '../onnx/graph.js';
import type { Emitter, LoweringTable } from './emitter.js';

/** Inputs [..., m, k] and [..., k, n], each possibly transposed; batch axes broadcast. A bias [n] for matrices only. */
export function multiply(node: Node, emit: Emitter, bias?: Value): Value {
  const operands = [emit.input(node, 0), emit.input(node, 1)];
  const { transposeA, transposeB } = node.attributes;
  const flags = { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 };
  if (node.shape.length > 2) {
    return emit.graph.operation('FusedMatMul', operands, node.shape, flags, 'float32', 'com.microsoft');
  }
  if (bias !== undefined) operands.push(bias);
  return emit.graph.operation('Gemm', operands, node.shape, flags);
}

export const matmul: LoweringTable = { MatMul: (node, emit) => multiply(node, emit) };
