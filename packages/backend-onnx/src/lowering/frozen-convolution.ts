import type { Graph, Value } from '../onnx/graph.js';
import { convolveByOnnx, convolveNarrow, isNarrow } from './channels-first.js';
import { F2, F4, type Filtering, isFilterable, tilesOf } from './filtering.js';
import { type Geometry, inputs, outputs, taps } from './geometry.js';
import { toSpaceToDepth } from './space-to-depth.js';
import { winograd } from './winograd.js';

// A filter that never changes is laid out, padded and transformed when the graph is compiled. That costs nothing in a run,
// so the way of each layer is the one with the least to multiply and to move.

/**
 * What moving a number costs, in multiplications of a matrix product: fitted to twenty layers of 3 to 1024 channels on two
 * cores with AVX2, whose times it tells within a fifth from 16 channels on, and whose order below. Numbers of a tile are gathered and transformed, those of
 * onnxruntime's convolution turned into its layout and back; every number of a filter is fetched once.
 */
const COST = { tiled: 60, laidOut: 20, filter: 14 };
/** onnxruntime computes output channels in blocks, and zeros where there are fewer. */
const BLOCK = 8;
/** Numbers of a transformed filter: memory that a layer of 512 to 1024 channels may take (75 MB), and one twice as wide not. */
const LARGEST_FILTER = 2 ** 25;

/** x [batch, rows, columns, inChannels] by an initializer; channels-last. */
export function convolveFrozen(graph: Graph, x: Value, filter: Value, g: Geometry, bias?: Value): Value {
  const dense = toSpaceToDepth(g, Number.POSITIVE_INFINITY);
  const plain = cheapest(g);
  const blocks = dense === undefined ? undefined : cheapest(dense.geometry);
  const moving = dense === undefined ? 0 : inputs(dense.geometry) * dense.geometry.inChannels * COST.laidOut;
  const direct = costOfOnnx(g);
  if (dense !== undefined && blocks !== undefined && blocks.cost + moving < direct) {
    const [input, filters] = [dense.input(graph, x), dense.filter(graph, filter)];
    return winograd(graph, blocks.filtering, input, filters, dense.geometry, bias);
  }
  if (plain !== undefined && plain.cost < direct) return winograd(graph, plain.filtering, x, filter, g, bias);
  if (isNarrow(g)) return convolveNarrow(graph, x, filter, g, bias);
  return convolveByOnnx(graph, x, graph.transpose(filter, [3, 2, 0, 1]), g, 1, bias);
}

function cheapest(g: Geometry): { filtering: Filtering; cost: number } | undefined {
  if (!isFilterable(g)) return undefined;
  const ways = [F2, F4].flatMap((filtering) => {
    const { count } = tilesOf(filtering, g);
    const products = filtering.input.rows;
    const numbers = products * g.inChannels * g.outChannels;
    if (numbers > LARGEST_FILTER) return [];
    const tiled = products * count * (g.inChannels + g.outChannels);
    return [{ filtering, cost: count * numbers + COST.tiled * tiled + COST.filter * numbers }];
  });
  return ways.sort((a, b) => a.cost - b.cost)[0];
}

function costOfOnnx(g: Geometry): number {
  const outChannels = Math.ceil(g.outChannels / BLOCK) * BLOCK;
  const filter = taps(g) * g.inChannels * outChannels;
  const moved = inputs(g) * g.inChannels + outputs(g) * outChannels;
  return outputs(g) * filter + COST.laidOut * moved + COST.filter * filter;
}
