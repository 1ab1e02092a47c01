import type { Node } from '../node.js';
import type { Graph, Value } from '../onnx/graph.js';
import type { Emitter, Lowering, LoweringTable } from './emitter.js';
import {
  contributingTaps,
  type Geometry,
  geometryKey,
  inputRows,
  inputs,
  outputRows,
  outputs,
  taps,
} from './geometry.js';

const geometryOf = (node: Node): Geometry => node.attributes as unknown as Geometry;

/** One tap per output and nothing around it: the convolution is a matrix product. */
function isPointwise(g: Geometry): boolean {
  return (
    taps(g) === 1 &&
    g.strideHeight === 1 &&
    g.strideWidth === 1 &&
    inputs(g) === outputs(g) &&
    g.top === 0 &&
    g.left === 0
  );
}

/**
 * Few output channels (the last layer of a decoder): a matrix product [., taps * inChannels] x [., 3] starves, so the
 * small side is unrolled instead. Only for unit strides and dilations.
 */
function isNarrow(g: Geometry): boolean {
  const unit = g.strideHeight === 1 && g.strideWidth === 1 && g.dilationHeight === 1 && g.dilationWidth === 1;
  return g.outChannels <= 8 && unit && taps(g) > 1;
}

export function toChannelsFirst(graph: Graph, x: Value): Value {
  return graph.transpose(x, [0, 3, 1, 2]);
}

export function toChannelsLast(graph: Graph, x: Value): Value {
  return graph.transpose(x, [0, 2, 3, 1]);
}

/** [rows, channels] with one row of zeros behind: what an index that falls into the padding reads. */
function withZeroRow(graph: Graph, x: Value, rows: number, channels: number): Value {
  const zeros = graph.constant(new Float32Array(channels), [1, channels], 'float32');
  return graph.concatenate([graph.reshape(x, [rows, channels]), zeros], 0);
}

/** im2col: [outputs, taps * inChannels]. */
function inputColumns(graph: Graph, x: Value, g: Geometry): Value {
  const width = taps(g) * g.inChannels;
  if (isPointwise(g)) return graph.reshape(x, [outputs(g), width]);
  const index = graph.table(`inputs|${geometryKey(g)}`, [outputs(g), taps(g)], () => inputRows(g));
  const rows = withZeroRow(graph, x, inputs(g), g.inChannels);
  const gathered = graph.operation('Gather', [rows, index], [outputs(g), taps(g), g.inChannels], { axis: 0 });
  return graph.reshape(gathered, [outputs(g), width]);
}

/** im2col of the output's gradient, seen from each input: [inputs, taps * outChannels]. Unit strides only. */
function outputColumns(graph: Graph, dy: Value, g: Geometry): Value {
  const index = graph.table(`outputs|${geometryKey(g)}`, [inputs(g), taps(g)], () => outputRows(g));
  const rows = withZeroRow(graph, dy, outputs(g), g.outChannels);
  const gathered = graph.operation('Gather', [rows, index], [inputs(g), taps(g), g.outChannels], { axis: 0 });
  return graph.reshape(gathered, [inputs(g), taps(g) * g.outChannels]);
}

function convolve(graph: Graph, x: Value, filter: Value, g: Geometry, bias?: Value): Value {
  const shape = [g.batch, g.outHeight, g.outWidth, g.outChannels];
  if (isNarrow(g)) {
    const filters = graph.transpose(filter, [3, 2, 0, 1]);
    const operands = [toChannelsFirst(graph, x), filters];
    if (bias !== undefined) operands.push(bias);
    const y = graph.operation('Conv', operands, [g.batch, g.outChannels, g.outHeight, g.outWidth], {
      kernel_shape: [g.filterHeight, g.filterWidth],
      pads: [g.top, g.left, g.bottom, g.right],
      strides: [1, 1],
    });
    return toChannelsLast(graph, y);
  }
  const columns = inputColumns(graph, x, g);
  const matrix = graph.reshape(filter, [taps(g) * g.inChannels, g.outChannels]);
  const operands = bias === undefined ? [columns, matrix] : [columns, matrix, bias];
  return graph.reshape(graph.operation('Gemm', operands, [outputs(g), g.outChannels]), shape);
}

/** The gradient with respect to the input, which is also the transposed convolution. */
function inputGradient(graph: Graph, dy: Value, filter: Value, g: Geometry): Value {
  const shape = [g.batch, g.inHeight, g.inWidth, g.inChannels];
  if (isPointwise(g)) {
    const rows = graph.reshape(dy, [outputs(g), g.outChannels]);
    const matrix = graph.reshape(filter, [g.inChannels, g.outChannels]);
    return graph.reshape(graph.operation('Gemm', [rows, matrix], [inputs(g), g.inChannels], { transB: 1 }), shape);
  }
  if (isNarrow(g)) {
    const perTap = graph.transpose(graph.reshape(filter, [taps(g), g.inChannels, g.outChannels]), [0, 2, 1]);
    const matrix = graph.reshape(perTap, [taps(g) * g.outChannels, g.inChannels]);
    const product = graph.operation('Gemm', [outputColumns(graph, dy, g), matrix], [inputs(g), g.inChannels]);
    return graph.reshape(product, shape);
  }
  // Each output's share of every tap, then each input adds up the few shares that fall on it: no zeros are multiplied
  // whatever the stride. The zero row of dy becomes the zero shares that inputs with fewer taps read.
  const rows = withZeroRow(graph, dy, outputs(g), g.outChannels);
  const matrix = graph.reshape(filter, [taps(g) * g.inChannels, g.outChannels]);
  const shares = graph.operation('Gemm', [rows, matrix], [outputs(g) + 1, taps(g) * g.inChannels], { transB: 1 });
  const { count } = contributingTaps(g);
  const index = graph.table(`taps|${geometryKey(g)}`, [inputs(g), count], () => contributingTaps(g).index());
  const perTap = graph.reshape(shares, [(outputs(g) + 1) * taps(g), g.inChannels]);
  const gathered = graph.operation('Gather', [perTap, index], [inputs(g), count, g.inChannels], { axis: 0 });
  const sum = graph.operation('ReduceSum', [gathered, graph.integers([1])], [inputs(g), g.inChannels], { keepdims: 0 });
  return graph.reshape(sum, shape);
}

function filterGradient(graph: Graph, x: Value, dy: Value, g: Geometry): Value {
  const shape = [g.filterHeight, g.filterWidth, g.inChannels, g.outChannels];
  if (isNarrow(g)) {
    const rows = graph.reshape(x, [inputs(g), g.inChannels]);
    const product = graph.operation(
      'Gemm',
      [rows, outputColumns(graph, dy, g)],
      [g.inChannels, taps(g) * g.outChannels],
      {
        transA: 1,
      },
    );
    const perTap = graph.transpose(graph.reshape(product, [g.inChannels, taps(g), g.outChannels]), [1, 0, 2]);
    return graph.reshape(perTap, shape);
  }
  const columns = inputColumns(graph, x, g);
  const rows = graph.reshape(dy, [outputs(g), g.outChannels]);
  const product = graph.operation('Gemm', [columns, rows], [taps(g) * g.inChannels, g.outChannels], { transA: 1 });
  return graph.reshape(product, shape);
}

const two =
  (make: (graph: Graph, a: Value, b: Value, g: Geometry) => Value): Lowering =>
  (node: Node, emit: Emitter) =>
    make(emit.graph, emit.input(node, 0), emit.input(node, 1), geometryOf(node));

/** [batch, rows, columns, channels] and filters [rows, columns, multiplied channels, multiplier], group by group. */
const depthwise: Lowering = (node, emit) => {
  const { graph } = emit;
  const g = geometryOf(node);
  const multiplier = g.outChannels / g.inChannels;
  const filter = graph.reshape(emit.input(node, 1), [taps(g), g.inChannels * multiplier]);
  const filters = graph.reshape(graph.transpose(filter, [1, 0]), [g.outChannels, 1, g.filterHeight, g.filterWidth]);
  const y = graph.operation(
    'Conv',
    [toChannelsFirst(graph, emit.input(node, 0)), filters],
    [g.batch, g.outChannels, g.outHeight, g.outWidth],
    {
      kernel_shape: [g.filterHeight, g.filterWidth],
      pads: [g.top, g.left, g.bottom, g.right],
      strides: [g.strideHeight, g.strideWidth],
      dilations: [g.dilationHeight, g.dilationWidth],
      group: g.inChannels,
    },
  );
  return toChannelsLast(graph, y);
};

export const convolution: LoweringTable = {
  Conv2D: (node, emit) => {
    const bias = node.inputs[2];
    const value = bias === undefined ? undefined : emit.value(bias);
    return convolve(emit.graph, emit.input(node, 0), emit.input(node, 1), geometryOf(node), value);
  },
  Conv2DBackpropInput: two(inputGradient),
  Conv2DBackpropFilter: two(filterGradient),
  DepthwiseConv2D: depthwise,
};
