import type { Graph, Value } from '../onnx/graph.js';
import { contributingTaps, inputRows, outputRows } from './convolution-index.js';
import { type Geometry, geometryKey, inputs, isInside, isPointwise, outputs, taps } from './geometry.js';

/** im2col: [outputs, taps * inChannels], what each output sees. */
export function inputColumns(graph: Graph, x: Value, g: Geometry): Value {
  const width = taps(g) * g.inChannels;
  if (isPointwise(g)) return graph.reshape(x, [outputs(g), width]);
  const index = graph.table(`inputs|${geometryKey(g)}`, [outputs(g), taps(g)], () => inputRows(g));
  const gathered = gatherInput(graph, x, g, index);
  return graph.reshape(gathered, [outputs(g), width]);
}

/** im2col of the output's gradient: [inputs, taps * outChannels], what reaches each input. Unit strides only. */
export function outputColumns(graph: Graph, dy: Value, g: Geometry): Value {
  const index = graph.table(`outputs|${geometryKey(g)}`, [inputs(g), taps(g)], () => outputRows(g));
  const rows = withZeroRow(graph, dy, outputs(g), g.outChannels);
  const gathered = graph.operation('Gather', [rows, index], [inputs(g), taps(g), g.outChannels], { axis: 0 });
  return graph.reshape(gathered, [inputs(g), taps(g) * g.outChannels]);
}

/**
 * col2im: adds up the shares [outputs + 1, taps * inChannels] that fall on each input; [inputs, inChannels]. The shares
 * lie one behind the other and not side by side: adding up whole matrices is vectorised.
 */
export function sumOfShares(graph: Graph, shares: Value, g: Geometry): Value {
  const { count, index } = contributingTaps(g);
  const table = graph.table(`taps|${geometryKey(g)}`, [count, inputs(g)], index);
  const perTap = graph.reshape(shares, [(outputs(g) + 1) * taps(g), g.inChannels]);
  return sumOfRows(graph, perTap, table);
}

/** The pixels of x that a table names; g tells whether it also names the padding. [...table, inChannels] */
export function gatherInput(graph: Graph, x: Value, g: Geometry, table: Value): Value {
  const rows = isInside(g)
    ? graph.reshape(x, [inputs(g), g.inChannels])
    : withZeroRow(graph, x, inputs(g), g.inChannels);
  return graph.operation('Gather', [rows, table], [...table.shape, g.inChannels], { axis: 0 });
}

/** Sums of the rows [.., channels] that a table [count, sums] names; [sums, channels]. */
export function sumOfRows(graph: Graph, rows: Value, table: Value): Value {
  const [count, sums] = table.shape as [number, number];
  const channels = rows.shape.at(-1)!;
  const gathered = graph.operation('Gather', [rows, table], [count, sums, channels], { axis: 0 });
  return graph.operation('ReduceSum', [gathered, graph.integers([0])], [sums, channels], { keepdims: 0 });
}

/** [rows, channels] with one row of zeros behind: what an index that falls into the padding reads. */
export function withZeroRow(graph: Graph, x: Value, rows: number, channels: number): Value {
  const zeros = graph.constant(new Float32Array(channels), [1, channels], 'float32');
  return graph.concatenate([graph.reshape(x, [rows, channels]), zeros], 0);
}
