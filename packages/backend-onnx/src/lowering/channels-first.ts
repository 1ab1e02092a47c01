import type { Graph, Value } from '../onnx/graph.js';
import { type Geometry, hasUnitDilations, hasUnitStrides, outputPadding, taps } from './geometry.js';

// onnxruntime's own convolutions, which want the channels first.

export function toChannelsFirst(graph: Graph, x: Value): Value {
  return graph.transpose(x, [0, 3, 1, 2]);
}

export function toChannelsLast(graph: Graph, x: Value): Value {
  return graph.transpose(x, [0, 2, 3, 1]);
}

/** x and the result channels-last, filters [outChannels, inChannels of a group, rows, columns]. */
export function convolveByOnnx(
  graph: Graph,
  x: Value,
  filters: Value,
  g: Geometry,
  group: number,
  bias?: Value,
): Value {
  const operands = [toChannelsFirst(graph, x), filters, ...(bias === undefined ? [] : [bias])];
  const y = graph.operation('Conv', operands, [g.batch, g.outChannels, g.outHeight, g.outWidth], {
    kernel_shape: [g.filterHeight, g.filterWidth],
    pads: [g.top, g.left, g.bottom, g.right],
    strides: [g.strideHeight, g.strideWidth],
    dilations: [g.dilationHeight, g.dilationWidth],
    group,
  });
  return toChannelsLast(graph, y);
}

/**
 * So few output channels (the last layer of a decoder) that a matrix product starves. onnxruntime's convolution computes
 * eight or sixteen of them at once, and zeros in the place of those that there are not.
 */
export function isNarrow(g: Geometry): boolean {
  return g.outChannels <= 8 && taps(g) > 1;
}

/**
 * By few outputs: each input's share of all that it reaches is one product without copies of the input, then the shares
 * are added up; that is a transposed convolution by the filter turned round (measured: 5x5 from 32 to 3 channels at 128 px
 * 25 against 40 ms, 3x3 from 16 the same).
 */
export function convolveNarrow(graph: Graph, x: Value, filter: Value, g: Geometry, bias?: Value): Value {
  const [height, width] = [g.filterHeight - 1, g.filterWidth - 1];
  const isReversible = hasUnitStrides(g) && hasUnitDilations(g) && g.top <= height && g.bottom <= height;
  if (taps(g) <= 9 || !isReversible || g.left > width || g.right > width || graph.anyBatch) {
    return convolveByOnnx(graph, x, graph.transpose(filter, [3, 2, 0, 1]), g, 1, bias);
  }
  const adjoint = {
    ...g,
    ...{ inHeight: g.outHeight, inWidth: g.outWidth, inChannels: g.outChannels },
    ...{ outHeight: g.inHeight, outWidth: g.inWidth, outChannels: g.inChannels },
    ...{ top: height - g.top, bottom: height - g.bottom, left: width - g.left, right: width - g.right },
  };
  return scatter(graph, x, graph.transpose(graph.reversed(filter, [0, 1]), [2, 3, 0, 1]), adjoint, 1, bias);
}

/** The transposed convolution of dy with one filter per output channel, `group` channels at a time; channels-first inside. */
export function scatter(graph: Graph, dy: Value, filters: Value, g: Geometry, group: number, bias?: Value): Value {
  const { height, width } = outputPadding(g);
  const shape = [g.batch, g.inChannels, g.inHeight, g.inWidth];
  const operands = [toChannelsFirst(graph, dy), filters, ...(bias === undefined ? [] : [bias])];
  const dx = graph.operation('ConvTranspose', operands, shape, {
    kernel_shape: [g.filterHeight, g.filterWidth],
    pads: [g.top, g.left, g.bottom, g.right],
    strides: [g.strideHeight, g.strideWidth],
    dilations: [g.dilationHeight, g.dilationWidth],
    output_padding: [height, width],
    group,
  });
  return toChannelsLast(graph, dx);
}
