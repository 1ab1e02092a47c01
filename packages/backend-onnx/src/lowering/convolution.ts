import type { Node } from '../node.js';
import type { Graph, Value } from '../onnx/graph.js';
import { convolveByOnnx, convolveNarrow, isNarrow, scatter } from './channels-first.js';
import { inputColumns, outputColumns, sumOfShares, withZeroRow } from './columns.js';
import type { Emitter, Lowering, LoweringTable } from './emitter.js';
import { filteringOf } from './filtering.js';
import { convolveFrozen } from './frozen-convolution.js';
import {
  type Geometry,
  geometryOf,
  hasUnitStrides,
  inputs,
  isPointwise,
  isTransposable,
  outputs,
  taps,
} from './geometry.js';
import { type Dense, toSpaceToDepth } from './space-to-depth.js';
import { winograd, winogradFilterGradient, winogradInputGradient } from './winograd.js';

/**
 * With few channels blocks of pixels make im2col cheap; with many outputs they make a filter of 5x5 that moves on by two
 * one of 3x3, which tiles multiply with 64 numbers where 100 are usual. Fewer tiles do not pay for a filter that grows
 * by 44 % (measured: A at 64 px, 290 against 306 ms a step, and 319 with the layers of 64 tiles too).
 */
function toDense(g: Geometry, widest: number): Dense | undefined {
  const narrow = toSpaceToDepth(g, widest);
  if (narrow !== undefined) return narrow;
  const wide = toSpaceToDepth(g, Number.POSITIVE_INFINITY);
  return wide !== undefined && filteringOf(wide.geometry) && outputs(g) >= 1024 ? wide : undefined;
}

export function convolve(graph: Graph, x: Value, filter: Value, g: Geometry, bias?: Value): Value {
  if (graph.isInitializer(filter) && !graph.anyBatch && !isPointwise(g)) {
    return convolveFrozen(graph, x, filter, g, bias);
  }
  const dense = graph.anyBatch ? undefined : toDense(g, 16);
  if (dense !== undefined)
    return convolve(graph, dense.input(graph, x), dense.filter(graph, filter), dense.geometry, bias);
  if (isNarrow(g)) return convolveNarrow(graph, x, filter, g, bias);
  if (graph.anyBatch) return convolveByOnnx(graph, x, graph.transpose(filter, [3, 2, 0, 1]), g, 1, bias);
  const filtering = filteringOf(g);
  if (filtering !== undefined) return winograd(graph, filtering, x, filter, g, bias);
  const operands = [inputColumns(graph, x, g), graph.reshape(filter, [taps(g) * g.inChannels, g.outChannels])];
  if (bias !== undefined) operands.push(bias);
  const y = graph.operation('Gemm', operands, [outputs(g), g.outChannels]);
  return graph.reshape(y, [g.batch, g.outHeight, g.outWidth, g.outChannels]);
}

/** The gradient with respect to the input, which is also the transposed convolution. */
function inputGradient(graph: Graph, dy: Value, filter: Value, g: Geometry): Value {
  if (graph.anyBatch && isTransposable(g)) return scatter(graph, dy, graph.transpose(filter, [3, 2, 0, 1]), g, 1);
  const dense = toDense(g, g.outChannels <= 64 ? 64 : 0);
  if (dense !== undefined) {
    return dense.inputGradient(graph, inputGradient(graph, dy, dense.filter(graph, filter), dense.geometry));
  }
  const filtering = isNarrow(g) ? undefined : filteringOf(g);
  if (filtering !== undefined) return winogradInputGradient(graph, filtering, dy, filter, g);
  const shape = [g.batch, g.inHeight, g.inWidth, g.inChannels];
  const matrix = graph.reshape(filter, [taps(g) * g.inChannels, g.outChannels]);
  if (isPointwise(g)) {
    const rows = graph.reshape(dy, [outputs(g), g.outChannels]);
    return graph.reshape(graph.operation('Gemm', [rows, matrix], [inputs(g), g.inChannels], { transB: 1 }), shape);
  }
  if (hasUnitStrides(g) && g.outChannels <= g.inChannels) {
    // What reaches each input, times the filter turned round.
    const turned = graph.transpose(graph.reshape(filter, [taps(g), g.inChannels, g.outChannels]), [1, 0, 2]);
    const operands = [outputColumns(graph, dy, g), graph.reshape(turned, [g.inChannels, taps(g) * g.outChannels])];
    return graph.reshape(graph.operation('Gemm', operands, [inputs(g), g.inChannels], { transB: 1 }), shape);
  }
  // Each output's share of every tap, then each input adds up the few shares that fall on it: no zeros are multiplied
  // whatever the stride. The zero row of dy becomes the zero shares that inputs with fewer taps read.
  const rows = withZeroRow(graph, dy, outputs(g), g.outChannels);
  const shares = graph.operation('Gemm', [rows, matrix], [outputs(g) + 1, taps(g) * g.inChannels], { transB: 1 });
  return graph.reshape(sumOfShares(graph, shares, g), shape);
}

function filterGradient(graph: Graph, x: Value, dy: Value, g: Geometry): Value {
  const dense = toDense(g, 16);
  if (dense !== undefined) {
    return dense.filterGradient(graph, filterGradient(graph, dense.input(graph, x), dy, dense.geometry));
  }
  const filtering = isNarrow(g) ? undefined : filteringOf(g);
  if (filtering !== undefined) return winogradFilterGradient(graph, filtering, x, dy, g);
  const shape = [g.filterHeight, g.filterWidth, g.inChannels, g.outChannels];
  if (hasUnitStrides(g) && g.outChannels < g.inChannels && !isPointwise(g)) {
    // The smaller of the two column matrices, which the input's gradient has made already.
    const operands = [graph.reshape(x, [inputs(g), g.inChannels]), outputColumns(graph, dy, g)];
    const product = graph.operation('Gemm', operands, [g.inChannels, taps(g) * g.outChannels], { transA: 1 });
    const perTap = graph.transpose(graph.reshape(product, [g.inChannels, taps(g), g.outChannels]), [1, 0, 2]);
    return graph.reshape(perTap, shape);
  }
  const columns = inputColumns(graph, x, g);
  const width = taps(g) * g.inChannels;
  const rows = graph.reshape(dy, [outputs(g), g.outChannels]);
  if (g.outChannels < width && g.outChannels <= WIDEST_TRANSPOSED) {
    const product = graph.operation('Gemm', [rows, columns], [g.outChannels, width], { transA: 1 });
    // In three axes: onnxruntime would fuse a transposed matrix into the product and so undo this.
    const perTap = graph.reshape(product, [g.outChannels, taps(g), g.inChannels]);
    return graph.reshape(graph.transpose(perTap, [1, 2, 0]), shape);
  }
  return graph.reshape(graph.operation('Gemm', [columns, rows], [width, g.outChannels], { transA: 1 }), shape);
}

/**
 * A product with a transposed left side reads that side in strips, which is slow when it is large and has left the
 * cache. Up to this many channels it pays to transpose the small result instead (measured: 0.6 to 0.95 of the time).
 */
const WIDEST_TRANSPOSED = 128;

const two =
  (make: (graph: Graph, a: Value, b: Value, g: Geometry) => Value): Lowering =>
  (node: Node, emit: Emitter) =>
    make(emit.graph, emit.input(node, 0), emit.input(node, 1), geometryOf(node));

/** Filters are [rows, columns, channels, multiplier]; one group per channel. */
function convolveDepthwise(graph: Graph, x: Value, filter: Value, g: Geometry): Value {
  return convolveByOnnx(graph, x, perChannel(graph, filter, g), g, g.inChannels);
}

function perChannel(graph: Graph, filter: Value, g: Geometry): Value {
  const perTap = graph.reshape(filter, [taps(g), g.outChannels]);
  return graph.reshape(graph.transpose(perTap, [1, 0]), [g.outChannels, 1, g.filterHeight, g.filterWidth]);
}

function depthwiseInputGradient(graph: Graph, dy: Value, filter: Value, g: Geometry): Value {
  return scatter(graph, dy, perChannel(graph, filter, g), g, g.inChannels);
}

export const convolution: LoweringTable = {
  Conv2D: two((graph, x, filter, g) => convolve(graph, x, filter, g)),
  Conv2DBackpropInput: two(inputGradient),
  Conv2DBackpropFilter: two(filterGradient),
  DepthwiseConv2D: two(convolveDepthwise),
  DepthwiseConv2DBackpropInput: two(depthwiseInputGradient),
};
