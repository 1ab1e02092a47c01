import type { Node } from '../node.js';
import type { Graph, Value } from '../onnx/graph.js';
import type { Emitter, LoweringTable } from './emitter.js';

/** Inputs [..., m, k] and [..., k, n], each possibly transposed; batch axes broadcast. A bias [n] for matrices only. */
export function multiply(node: Node, emit: Emitter, bias?: Value): Value {
  const operands = [emit.input(node, 0), emit.input(node, 1)];
  const { transposeA, transposeB } = node.attributes;
  const flags = { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 };
  if (node.shape.length > 2 && emit.graph.anyBatch) {
    // The standard's own product: a file is read by others than onnxruntime.
    const plain = operands.map((x, i) => ((i === 0 ? transposeA : transposeB) ? turned(emit.graph, x) : x));
    return emit.graph.operation('MatMul', plain, node.shape);
  }
  if (node.shape.length > 2) {
    return emit.graph.operation('FusedMatMul', operands, node.shape, flags, 'float32', 'com.microsoft');
  }
  if (bias !== undefined) operands.push(bias);
  return emit.graph.operation('Gemm', operands, node.shape, flags);
}

/** The last two axes changed over. */
function turned(graph: Graph, x: Value): Value {
  const rank = x.shape.length;
  const axes = x.shape.map((_, axis) => axis);
  return graph.transpose(x, [...axes.slice(0, -2), rank - 1, rank - 2]);
}

export const matmul: LoweringTable = { MatMul: (node, emit) => multiply(node, emit) };
