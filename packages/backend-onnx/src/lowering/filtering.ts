import { type Geometry, hasUnitDilations, hasUnitStrides, outputs, taps } from './geometry.js';

// Minimal filtering F(m x m, 3 x 3) (Winograd 1980; Lavin & Gray 2016, arXiv:1509.09308, section 4.1): every tile of
// (m + 2)² inputs gives m² outputs by (m + 2)² multiplications where 9 m² are usual: y = A [(G w) . (B x)].

export interface Filtering {
  /** m, outputs along one side of a tile. */
  readonly tile: number;
  /** B: what it makes of a tile of inputs. */
  readonly input: Matrix;
  /** G. */
  readonly filter: Matrix;
  /** A: outputs of the products. */
  readonly output: Matrix;
  /** The same along one dimension. */
  readonly line: { readonly input: Matrix; readonly filter: Matrix; readonly output: Matrix };
}

export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

type Lines = readonly (readonly number[])[];

/** From one-dimensional transformations. */
function filtering(input: Lines, filter: Lines, output: Lines): Filtering {
  return {
    tile: output.length,
    input: squared(input),
    filter: squared(filter),
    output: squared(output),
    line: { input: matrix(input), filter: matrix(filter), output: matrix(output) },
  };
}

function matrix(lines: Lines): Matrix {
  return { rows: lines.length, columns: lines[0]!.length, values: Float32Array.from(lines.flat()) };
}

/** The two-dimensional transformation: the Kronecker product of the one-dimensional one with itself. */
function squared(one: Lines): Matrix {
  return matrix(one.flatMap((row) => one.map((other) => row.flatMap((a) => other.map((b) => a * b)))));
}

/** Equation 7: 16 multiplications for 36. */
export const F2 = filtering(
  [
    [1, 0, -1, 0],
    [0, 1, 1, 0],
    [0, -1, 1, 0],
    [0, 1, 0, -1],
  ],
  [
    [1, 0, 0],
    [0.5, 0.5, 0.5],
    [0.5, -0.5, 0.5],
    [0, 0, 1],
  ],
  [
    [1, 1, 1, 0],
    [0, 1, -1, -1],
  ],
);

/** Section 4.3: 36 multiplications for 144, and errors about ten times those of a plain sum. */
export const F4 = filtering(
  [
    [4, 0, -5, 0, 1, 0],
    [0, -4, -4, 1, 1, 0],
    [0, 4, -4, -1, 1, 0],
    [0, -2, -1, 2, 1, 0],
    [0, 2, -1, -2, 1, 0],
    [0, 4, 0, -5, 0, 1],
  ],
  [
    [1 / 4, 0, 0],
    [-1 / 6, -1 / 6, -1 / 6],
    [-1 / 6, 1 / 6, -1 / 6],
    [1 / 24, 1 / 12, 1 / 6],
    [1 / 24, -1 / 12, 1 / 6],
    [0, 0, 1],
  ],
  [
    [1, 1, 1, 1, 1, 0],
    [0, 1, -1, 2, -2, 0],
    [0, 1, 1, 4, 4, 0],
    [0, 1, -1, 8, -8, 1],
  ],
);

/** Tiles, below which transforming the filter costs what the products save (measured: equal at 16, .75 of the time at 32). */
const FEWEST_TILES = 32;
/** Multiplications in one of the products, below which more operations cost what fewer multiplications save. */
const FEWEST_MULTIPLICATIONS = 2e6;
/** Multiplications of the usual way for one of this way: rows and columns of odd length leave tiles half empty. */
const LEAST_GAIN = 1.5;

export function isFilterable(g: Geometry): boolean {
  return g.filterHeight === 3 && g.filterWidth === 3 && hasUnitStrides(g) && hasUnitDilations(g);
}

/** The filtering that pays for a convolution whose filter is transformed in every run, if one does. */
export function filteringOf(g: Geometry): Filtering | undefined {
  if (!isFilterable(g)) return undefined;
  const { count } = tilesOf(F2, g);
  if (count < FEWEST_TILES || count * g.inChannels * g.outChannels < FEWEST_MULTIPLICATIONS) return undefined;
  return outputs(g) * taps(g) >= count * F2.input.rows * LEAST_GAIN ? F2 : undefined;
}

/** The tiles that cover the outputs, as a convolution by filters of (m + 2)² that moves on by m. */
export function tilesOf({ tile }: Filtering, g: Geometry) {
  const [rows, columns] = [Math.ceil(g.outHeight / tile), Math.ceil(g.outWidth / tile)];
  const extents = { filterHeight: tile + 2, filterWidth: tile + 2, strideHeight: tile, strideWidth: tile };
  const geometry: Geometry = { ...g, ...extents, outHeight: rows, outWidth: columns };
  return { geometry, rows, columns, count: g.batch * rows * columns };
}

/** G w of a filter [3, 3, ...rest], in double precision: [(m + 2)², ...rest]. */
export function transformFilter({ line }: Filtering, filter: ArrayLike<number>): Float32Array {
  const { rows, values } = line.filter;
  const rest = filter.length / 9;
  const result = new Float32Array(rows * rows * rest);
  const halfway = new Float64Array(rows * 3);
  for (let at = 0; at < rest; at++) {
    for (let i = 0; i < rows; i++) {
      for (let column = 0; column < 3; column++) {
        let sum = 0;
        for (let row = 0; row < 3; row++) sum += values[i * 3 + row]! * filter[(row * 3 + column) * rest + at]!;
        halfway[i * 3 + column] = sum;
      }
    }
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < rows; j++) {
        let sum = 0;
        for (let column = 0; column < 3; column++) sum += values[j * 3 + column]! * halfway[i * 3 + column]!;
        result[(i * rows + j) * rest + at] = sum;
      }
    }
  }
  return result;
}
