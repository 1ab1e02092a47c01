import type { Graph, Value } from '../onnx/graph.js';
import { gatherInput, sumOfRows, withZeroRow } from './columns.js';
import { contributingTaps, inputRows } from './convolution-index.js';
import { type Geometry, geometryKey, hasUnitDilations, hasUnitStrides, inputs, outputs, taps } from './geometry.js';

// Minimal filtering F(2x2, 3x3) (Winograd 1980; Lavin & Gray 2016, arXiv:1509.09308, section 4.1): every tile of 4x4
// inputs gives 2x2 outputs by 16 multiplications where 36 are usual. As y = A [(G w) . (B x)], in which B, G and A treat
// the channels alike, it is three products with small constant matrices around sixteen products over the channels. Both
// gradients are the same three matrices transposed. im2col makes nine copies of the input, tiles make four.

/** One-dimensional transformations of the paper's equation 7. */
const INPUT = [
  [1, 0, -1, 0],
  [0, 1, 1, 0],
  [0, -1, 1, 0],
  [0, 1, 0, -1],
];
const FILTER = [
  [1, 0, 0],
  [0.5, 0.5, 0.5],
  [0.5, -0.5, 0.5],
  [0, 0, 1],
];
const OUTPUT = [
  [1, 1, 1, 0],
  [0, 1, -1, -1],
];
const B = squared(INPUT);
const G = squared(FILTER);
const A = squared(OUTPUT);

/** Tiles, below which transforming the filter costs what the products save (measured: equal at 16, .75 of the time at 32). */
const FEWEST_TILES = 32;
/** Multiplications in one of the sixteen products, below which more operations cost what fewer multiplications save. */
const FEWEST_MULTIPLICATIONS = 2e6;
/** Multiplications of the usual way for one of this way: rows and columns of odd length leave tiles half empty. */
const LEAST_GAIN = 1.5;

export function isWinograd(g: Geometry): boolean {
  if (g.filterHeight !== 3 || g.filterWidth !== 3 || !hasUnitStrides(g) || !hasUnitDilations(g)) return false;
  const { count } = tilesOf(g);
  if (count < FEWEST_TILES || count * g.inChannels * g.outChannels < FEWEST_MULTIPLICATIONS) return false;
  return outputs(g) * taps(g) >= count * B.rows * LEAST_GAIN;
}

/** Channels-last; filters [9 * inChannels, outChannels] in any shape. */
export function winograd(graph: Graph, x: Value, filter: Value, g: Geometry, bias?: Value): Value {
  const { count, rows, columns } = tilesOf(g);
  const products = graph.operation(
    'MatMul',
    [tiledInput(graph, x, g), transformedFilter(graph, filter, g)],
    [B.rows, count, g.outChannels],
  );
  const tiles = transform(graph, A, products);
  const split = graph.reshape(tiles, [2, 2, g.batch, rows, columns, g.outChannels]);
  const whole = graph.reshape(graph.transpose(split, [2, 3, 0, 4, 1, 5]), [
    g.batch,
    rows * 2,
    columns * 2,
    g.outChannels,
  ]);
  const y = graph.slice(whole, [0, 0, 0, 0], [g.batch, g.outHeight, g.outWidth, g.outChannels]);
  if (bias === undefined) return y;
  const flat = graph.reshape(y, [outputs(g), g.outChannels]);
  return graph.reshape(graph.operation('Add', [flat, bias], flat.shape), y.shape);
}

export function winogradInputGradient(graph: Graph, dy: Value, filter: Value, g: Geometry): Value {
  const { geometry, count } = tilesOf(g);
  const products = fusedProduct(
    graph,
    tiledGradient(graph, dy, g),
    transformedFilter(graph, filter, g),
    { transA: 0, transB: 1 },
    [B.rows, count, g.inChannels],
  );
  const tiles = transform(graph, B, products, 'transposed');
  const overlapping = contributingTaps(geometry);
  const zero = B.rows * count;
  const table = graph.table(`tile shares|${geometryKey(geometry)}`, [overlapping.count, inputs(g)], () =>
    // A share lies at [tap, tile] and not at [tile, tap].
    overlapping.index().map((share) => (share === zero ? zero : (share % B.rows) * count + Math.floor(share / B.rows))),
  );
  const shares = withZeroRow(graph, tiles, zero, g.inChannels);
  const sum = sumOfRows(graph, shares, table);
  return graph.reshape(sum, [g.batch, g.inHeight, g.inWidth, g.inChannels]);
}

export function winogradFilterGradient(graph: Graph, x: Value, dy: Value, g: Geometry): Value {
  const products = fusedProduct(graph, tiledInput(graph, x, g), tiledGradient(graph, dy, g), { transA: 1, transB: 0 }, [
    B.rows,
    g.inChannels,
    g.outChannels,
  ]);
  return graph.reshape(transform(graph, G, products, 'transposed'), [3, 3, g.inChannels, g.outChannels]);
}

/** B x: [16, tiles, inChannels]. */
function tiledInput(graph: Graph, x: Value, g: Geometry): Value {
  const { geometry, count } = tilesOf(g);
  const table = graph.table(`tiles|${geometryKey(geometry)}`, [B.rows, count], () =>
    turned(inputRows(geometry), count, B.rows),
  );
  return transform(graph, B, gatherInput(graph, x, geometry, table));
}

/** A transposed, times dy: [16, tiles, outChannels]. */
function tiledGradient(graph: Graph, dy: Value, g: Geometry): Value {
  const { count, rows, columns } = tilesOf(g);
  const after = [0, rows * 2 - g.outHeight, columns * 2 - g.outWidth, 0];
  const padded = graph.pad(dy, [0, 0, 0, 0], after);
  const split = graph.reshape(padded, [g.batch, rows, 2, columns, 2, g.outChannels]);
  const tiles = graph.reshape(graph.transpose(split, [2, 4, 0, 1, 3, 5]), [A.rows, count, g.outChannels]);
  return transform(graph, A, tiles, 'transposed');
}

/** G w: [16, inChannels, outChannels]. */
function transformedFilter(graph: Graph, filter: Value, g: Geometry): Value {
  return transform(graph, G, graph.reshape(filter, [taps(g), g.inChannels, g.outChannels]));
}

/** The tiles that cover the outputs, as a convolution by filters of 4x4 that moves on by two. */
function tilesOf(g: Geometry) {
  const [rows, columns] = [Math.ceil(g.outHeight / 2), Math.ceil(g.outWidth / 2)];
  const extents = { filterHeight: 4, filterWidth: 4, strideHeight: 2, strideWidth: 2 };
  const geometry: Geometry = { ...g, ...extents, outHeight: rows, outWidth: columns };
  return { geometry, rows, columns, count: g.batch * rows * columns };
}

interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/** The two-dimensional transformation: the Kronecker product of the one-dimensional one with itself. */
function squared(one: readonly (readonly number[])[]): Matrix {
  const values = one.flatMap((row) => one.flatMap((other) => row.flatMap((a) => other.map((b) => a * b))));
  return { rows: one.length ** 2, columns: one[0]!.length ** 2, values: Float32Array.from(values) };
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
