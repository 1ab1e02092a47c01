import type { Node } from '../node.js';
import type { Value } from '../onnx/graph.js';
import { convolve } from './convolution.js';
import type { Emitter } from './emitter.js';
import { geometryOf } from './geometry.js';
import { multiply } from './matmul.js';

/** product + bias as one operation, where the sum is all that is needed; the product alone is left out then. */
export function withBias(node: Node, emit: Emitter): Value | undefined {
  for (const [position, sum] of node.inputs.entries()) {
    const bias = node.inputs[1 - position]!;
    const product = throughReshape(sum, emit);
    const channels = node.shape.at(-1);
    if (product === undefined || bias.shape.length !== 1 || bias.shape[0] !== channels) continue;
    if (product.shape.at(-1) !== channels) continue;
    const value =
      product.op === 'Conv2D'
        ? convolve(emit.graph, emit.input(product, 0), emit.input(product, 1), geometryOf(product), emit.value(bias))
        : multiply(product, emit, emit.value(bias));
    return emit.graph.reshape(value, node.shape);
  }
  return undefined;
}

/** The product that this node is, perhaps in another shape. */
function throughReshape(node: Node, emit: Emitter): Node | undefined {
  if (!emit.isPrivate(node)) return undefined;
  if (node.op === 'Reshape') return throughReshape(node.inputs[0]!, emit);
  return node.op === 'Conv2D' || (node.op === 'MatMul' && node.shape.length === 2) ? node : undefined;
}
