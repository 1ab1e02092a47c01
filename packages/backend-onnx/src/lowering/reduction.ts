import type { Node } from '../node.js';
import type { Value } from '../onnx/graph.js';
import type { Emitter, Lowering, LoweringTable } from './emitter.js';

const axesOf = (node: Node): readonly number[] => node.attributes.axes as readonly number[];

/** Reductions whose axes are an input since opset 13, and those where they are still an attribute in opset 17. */
function reduce(type: string, axesAre: 'input' | 'attribute'): Lowering {
  return (node, emit) => {
    const x = emit.input(node, 0);
    const axes = axesOf(node);
    if (axes.length === 0) return emit.graph.reshape(x, node.shape);
    const keepdims = node.attributes.keepDims ? 1 : 0;
    return axesAre === 'input'
      ? emit.graph.operation(type, [x, emit.graph.integers(axes)], node.shape, { keepdims })
      : emit.graph.operation(type, [x], node.shape, { axes, keepdims });
  };
}

/** any = max, all = min over 0 and 1. */
function logical(type: string): Lowering {
  return (node, emit) => {
    const numbers = emit.graph.cast(emit.input(node, 0), 'int32');
    const axes = axesOf(node);
    if (axes.length === 0) return emit.graph.cast(emit.graph.reshape(numbers, node.shape), 'bool');
    const keepdims = node.attributes.keepDims ? 1 : 0;
    return emit.graph.cast(emit.graph.operation(type, [numbers], node.shape, { axes, keepdims }), 'bool');
  };
}

function arg(type: string): Lowering {
  return (node, emit) => {
    const x = emit.input(node, 0);
    const attributes = { axis: node.attributes.axis as number, keepdims: 0 };
    return emit.graph.cast(emit.graph.operation(type, [x], node.shape, attributes, 'int64'), 'int32');
  };
}

function cumulative(emit: Emitter, node: Node, x: Value): Value {
  const { axis, exclusive, reverse } = node.attributes;
  const position = emit.graph.scalar(axis as number, 'int64');
  return emit.graph.operation('CumSum', [x, position], node.shape, {
    exclusive: exclusive ? 1 : 0,
    reverse: reverse ? 1 : 0,
  });
}

export const reduction: LoweringTable = {
  Sum: reduce('ReduceSum', 'input'),
  Mean: reduce('ReduceMean', 'attribute'),
  Max: reduce('ReduceMax', 'attribute'),
  Min: reduce('ReduceMin', 'attribute'),
  Prod: reduce('ReduceProd', 'attribute'),
  Any: logical('ReduceMax'),
  All: logical('ReduceMin'),
  ArgMax: arg('ArgMax'),
  ArgMin: arg('ArgMin'),
  Softmax: (node, emit) => emit.graph.operation('Softmax', [emit.input(node, 0)], node.shape, { axis: -1 }),
  Cumsum: (node, emit) => cumulative(emit, node, emit.input(node, 0)),
};
