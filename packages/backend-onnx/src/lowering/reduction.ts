import type { Node } from '../node.js';
import type { Value } from '../onnx/graph.js';
import type { Emitter, Lowering, LoweringTable } from './emitter.js';

const axesOf = (node: Node): readonly number[] => node.attributes.axes as readonly number[];

/** In opset 17 the axes are an input of ReduceSum and an attribute of all the others. */
function overAxes(type: string, node: Node, emit: Emitter, x: Value): Value {
  const axes = axesOf(node);
  if (axes.length === 0) return emit.graph.reshape(x, node.shape);
  const keepdims = node.attributes.keepDims ? 1 : 0;
  return type === 'ReduceSum'
    ? emit.graph.operation(type, [x, emit.graph.integers(axes)], node.shape, { keepdims })
    : emit.graph.operation(type, [x], node.shape, { axes, keepdims });
}

function reduce(type: string): Lowering {
  return (node, emit) => overAxes(type, node, emit, emit.input(node, 0));
}

/** onnxruntime's extremes pass over NaN, tfjs's are NaN then. */
function extreme(type: string): Lowering {
  return (node, emit) => {
    const value = reduce(type)(node, emit);
    const invalid = emit.graph.operation('IsNaN', [emit.input(node, 0)], node.inputs[0]!.shape, {}, 'bool');
    const any = overAxes('ReduceMax', node, emit, emit.graph.cast(invalid, 'int32'));
    const nan = emit.graph.float(Number.NaN);
    return emit.graph.operation('Where', [emit.graph.cast(any, 'bool'), nan, value], node.shape, {}, 'float32');
  };
}

/** any = max, all = min over 0 and 1. */
function logical(type: string): Lowering {
  return (node, emit) => {
    const numbers = emit.graph.cast(emit.input(node, 0), 'int32');
    return emit.graph.cast(overAxes(type, node, emit, numbers), 'bool');
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
  /** The square of a norm in one pass. */
  Sum: (node, emit) => {
    const [x] = node.inputs as [Node];
    const isSquare = x.op === 'Square' && emit.isPrivate(x) && x.dtype === 'float32';
    return isSquare
      ? overAxes('ReduceSumSquare', node, emit, emit.input(x, 0))
      : overAxes('ReduceSum', node, emit, emit.value(x));
  },
  Mean: reduce('ReduceMean'),
  Max: extreme('ReduceMax'),
  Min: extreme('ReduceMin'),
  Prod: reduce('ReduceProd'),
  Any: logical('ReduceMax'),
  All: logical('ReduceMin'),
  ArgMax: arg('ArgMax'),
  ArgMin: arg('ArgMin'),
  Softmax: (node, emit) => emit.graph.operation('Softmax', [emit.input(node, 0)], node.shape, { axis: -1 }),
  Cumsum: (node, emit) => cumulative(emit, node, emit.input(node, 0)),
};
