import type { Graph, Value } from '../onnx/graph.js';
import { gatherInput, sumOfRows, withZeroRow } from './columns.js';
import { contributingTaps, inputRows } from './convolution-index.js';
import { type Filtering, type Matrix, tilesOf, transformFilter } from './filtering.js';
import { type Geometry, geometryKey, inputs, outputs, taps } from './geometry.js';

// Minimal filtering in tiles. As its matrices treat the channels alike, it is three products with small constant matrices
// around (m + 2)² products over the channels. Both gradients are the same three matrices transposed. im2col makes nine
// copies of the input, tiles of 2x2 make four, those of 4x4 2.25.

/** Channels-last; filters [9 * inChannels, outChannels] in any shape. */
export function winograd(graph: Graph, f: Filtering, x: Value, filter: Value, g: Geometry, bias?: Value): Value {
  const { count, rows, columns } = tilesOf(f, g);
  const products = graph.operation(
    'MatMul',
    [tiledInput(graph, f, x, g), transformedFilter(graph, f, filter, g)],
    [f.input.rows, count, g.outChannels],
  );
  const tiles = forward(graph, f, 'output', products);
  const m = f.tile;
  const split = graph.reshape(tiles, [m, m, g.batch, rows, columns, g.outChannels]);
  const whole = graph.reshape(graph.transpose(split, [2, 3, 0, 4, 1, 5]), [
    g.batch,
    rows * m,
    columns * m,
    g.outChannels,
  ]);
  const y = graph.slice(whole, [0, 0, 0, 0], [g.batch, g.outHeight, g.outWidth, g.outChannels]);
  if (bias === undefined) return y;
  const flat = graph.reshape(y, [outputs(g), g.outChannels]);
  return graph.reshape(graph.operation('Add', [flat, bias], flat.shape), y.shape);
}

export function winogradInputGradient(graph: Graph, f: Filtering, dy: Value, filter: Value, g: Geometry): Value {
  const { geometry, count } = tilesOf(f, g);
  const products = fusedProduct(
    graph,
    tiledGradient(graph, f, dy, g),
    transformedFilter(graph, f, filter, g),
    { transA: 0, transB: 1 },
    [f.input.rows, count, g.inChannels],
  );
  const tiles = transform(graph, f.input, products, 'transposed');
  const overlapping = contributingTaps(geometry);
  const perTile = f.input.columns;
  const zero = perTile * count;
  const table = graph.table(`tile shares|${geometryKey(geometry)}`, [overlapping.count, inputs(g)], () =>
    // A share lies at [tap, tile] and not at [tile, tap].
    overlapping
      .index()
      .map((share) => (share === zero ? zero : (share % perTile) * count + Math.floor(share / perTile))),
  );
  const shares = withZeroRow(graph, tiles, zero, g.inChannels);
  const sum = sumOfRows(graph, shares, table);
  return graph.reshape(sum, [g.batch, g.inHeight, g.inWidth, g.inChannels]);
}

export function winogradFilterGradient(graph: Graph, f: Filtering, x: Value, dy: Value, g: Geometry): Value {
  const operands = [tiledInput(graph, f, x, g), tiledGradient(graph, f, dy, g)] as const;
  const shape = [f.input.rows, g.inChannels, g.outChannels];
  const products = fusedProduct(graph, ...operands, { transA: 1, transB: 0 }, shape);
  return graph.reshape(transform(graph, f.filter, products, 'transposed'), [3, 3, g.inChannels, g.outChannels]);
}

/** B x: [(m + 2)², tiles, inChannels]. */
function tiledInput(graph: Graph, f: Filtering, x: Value, g: Geometry): Value {
  const { geometry, count } = tilesOf(f, g);
  const perTile = f.input.columns;
  const table = graph.table(`tiles|${geometryKey(geometry)}`, [perTile, count], () =>
    turned(inputRows(geometry), count, perTile),
  );
  return forward(graph, f, 'input', gatherInput(graph, x, geometry, table));
}

/** A transposed, times dy: [(m + 2)², tiles, outChannels]. */
function tiledGradient(graph: Graph, f: Filtering, dy: Value, g: Geometry): Value {
  const { count, rows, columns } = tilesOf(f, g);
  const m = f.tile;
  const after = [0, rows * m - g.outHeight, columns * m - g.outWidth, 0];
  const padded = graph.pad(dy, [0, 0, 0, 0], after);
  const split = graph.reshape(padded, [g.batch, rows, m, columns, m, g.outChannels]);
  const tiles = graph.reshape(graph.transpose(split, [2, 4, 0, 1, 3, 5]), [m * m, count, g.outChannels]);
  return transform(graph, f.output, tiles, 'transposed');
}

/** G w: [(m + 2)², inChannels, outChannels]. */
function transformedFilter(graph: Graph, f: Filtering, filter: Value, g: Geometry): Value {
  const perTap = graph.reshape(filter, [taps(g), g.inChannels, g.outChannels]);
  const shape = [f.filter.rows, g.inChannels, g.outChannels];
  const known = graph.prepared(perTap, `tiles of ${f.tile}`, shape, (numbers) => transformFilter(f, numbers));
  return known ?? transform(graph, f.filter, perTap);
}

/** The matrix times a value [columns, ...rest], or its transpose times a value [rows, ...rest]. */
function transform(graph: Graph, matrix: Matrix, value: Value, turn?: 'transposed'): Value {
  const [first, ...rest] = value.shape;
  const length = rest.reduce((a, b) => a * b, 1);
  const constant = graph.constant(matrix.values, [matrix.rows, matrix.columns], 'float32');
  const to = turn === undefined ? matrix.rows : matrix.columns;
  const operands = [constant, graph.reshape(value, [first!, length])];
  const product = graph.operation('Gemm', operands, [to, length], { transA: turn === undefined ? 0 : 1 });
  return graph.reshape(product, [to, ...rest]);
}

/** Twelve multiplications a number in two passes or thirty-six in one: for the large tiles two are faster, by 5 to 10 %. */
function forward(graph: Graph, f: Filtering, side: 'input' | 'output', value: Value): Value {
  return f.tile > 2 ? transformTwice(graph, f.line[side], value) : transform(graph, f[side], value);
}

/** The same by the one-dimensional transformation, along the rows and then along the columns. */
function transformTwice(graph: Graph, line: Matrix, value: Value): Value {
  const [, ...rest] = value.shape;
  const length = rest.reduce((a, b) => a * b, 1);
  const { rows: to, columns: from } = line;
  const constant = graph.constant(line.values, [to, from], 'float32');
  const rows = graph.operation('MatMul', [constant, graph.reshape(value, [from, from * length])], [to, from * length]);
  const both = graph.operation('MatMul', [constant, graph.reshape(rows, [to, from, length])], [to, to, length]);
  return graph.reshape(both, [to * to, ...rest]);
}

function fusedProduct(
  graph: Graph,
  a: Value,
  b: Value,
  flags: { readonly transA: number; readonly transB: number },
  shape: readonly number[],
): Value {
  return graph.operation('FusedMatMul', [a, b], shape, flags, 'float32', 'com.microsoft');
}

function turned(index: Int32Array, rows: number, columns: number): Int32Array {
  return index.map((_, at) => index[(at % rows) * columns + Math.floor(at / rows)]!);
}
