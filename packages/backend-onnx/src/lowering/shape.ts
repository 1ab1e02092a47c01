import type { LoweringTable } from './emitter.js';

export const shape: LoweringTable = {
  Reshape: (node, emit) => emit.graph.reshape(emit.input(node, 0), node.shape),

  Transpose: (node, emit) =>
    emit.graph.transpose(emit.input(node, 0), node.attributes.permutation as readonly number[]),

  Concat: (node, emit) =>
    emit.graph.concatenate(
      node.inputs.map((_, index) => emit.input(node, index)),
      node.attributes.axis as number,
    ),

  Slice: (node, emit) => emit.graph.slice(emit.input(node, 0), node.attributes.begin as readonly number[], node.shape),

  /** Steps may be negative; the ends are those of numpy, so -1 - size means "past the first". */
  StridedSlice: (node, emit) => {
    const { begin, end, strides } = node.attributes as Record<string, readonly number[]>;
    const { graph } = emit;
    const axes = graph.integers(begin!.map((_, axis) => axis));
    const bounds = [graph.integers(begin!), graph.integers(end!), axes, graph.integers(strides!)];
    return graph.operation('Slice', [emit.input(node, 0), ...bounds], node.shape);
  },

  Pad: (node, emit) => {
    const { before, after } = node.attributes as Record<string, readonly number[]>;
    return emit.graph.pad(emit.input(node, 0), before!, after!, emit.operand(node.inputs[1]!));
  },

  MirrorPad: (node, emit) => {
    const { before, after } = node.attributes as Record<string, readonly number[]>;
    const pads = emit.graph.integers([...before!, ...after!]);
    return emit.graph.operation('Pad', [emit.input(node, 0), pads], node.shape, { mode: 'reflect' });
  },

  Tile: (node, emit) => {
    const repeats = emit.graph.integers(node.attributes.repeats as readonly number[]);
    return emit.graph.operation('Tile', [emit.input(node, 0), repeats], node.shape);
  },

  /** Indices of any shape, in the place of one axis. */
  Gather: (node, emit) =>
    emit.graph.operation('Gather', [emit.input(node, 0), emit.input(node, 1)], node.shape, {
      axis: node.attributes.axis as number,
    }),
};
