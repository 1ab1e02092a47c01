import { Arena, type HeapTable, type Numbers } from './arena.js';
import { type ConvInfo, inputRows, outputRows, outputRuns, type RowTable, type RunTable } from './geometry.js';
import type { BackendWasm } from './heap.js';
import { type CompiledProgram, programOf, type Run } from './simd/program.js';

/** Copies a panel of B into `target`: columns [from, from + columns) in rows of `width` floats. */
type Pack = (target: number, from: number, columns: number, width: number) => void;

/** A panel of this many rows of dy stays in the first-level cache. */
const CHUNK_ROWS = 1024;

const multipliers = new WeakMap<BackendWasm, Multiplier>();

/** All products of the wasm backend: convolutions, their gradients and dense layers are one pair of loops over tables. */
export class Multiplier {
  private readonly arena: Arena;
  private readonly program: CompiledProgram;

  private constructor(backend: BackendWasm) {
    this.arena = new Arena(backend);
    this.program = programOf(backend);
  }

  static of(backend: BackendWasm): Multiplier {
    const present = multipliers.get(backend);
    if (present !== undefined) return present;
    const fresh = new Multiplier(backend);
    multipliers.set(backend, fresh);
    return fresh;
  }

  /** y of conv2d: x [n, h, w, ic], filter [kh, kw, ic, oc] -> out [n, oh, ow, oc]. All addresses. */
  convolve(info: ConvInfo, x: number, filter: number, out: number): void {
    const { inChannels, outChannels, filterHeight, filterWidth } = info;
    const table = this.arena.table(`out ${keyOf(info)}`, () => outputRows(info));
    const pack = this.packRows(filter, filterHeight * filterWidth * inChannels, outChannels);
    this.multiplyRows(x, inChannels, table, out, outChannels, pack);
  }

  /** dL/dx of conv2d: dy [n, oh, ow, oc], filter [kh, kw, ic, oc] -> dx [n, h, w, ic]. All addresses. */
  convolveBack(info: ConvInfo, dyShape: readonly number[], dy: number, filter: number, dx: number): void {
    const { inChannels, outChannels, strideHeight, strideWidth, inHeight, inWidth } = info;
    const { packTransposed } = this.program.run;
    const key = `${dyShape} ${keyOf(info)}`;
    for (let py = 0; py < Math.min(strideHeight, inHeight); py++) {
      for (let px = 0; px < Math.min(strideWidth, inWidth); px++) {
        const table = this.arena.table(`in ${py} ${px} ${key}`, () => inputRows(info, dyShape, py, px));
        const { taps } = table.about;
        // Row (tap, o), column c of B is filter[tap][c][o].
        const pack: Pack = (target, from, columns, width) => {
          for (const [t, tap] of taps.entries()) {
            const source = filter + 4 * (tap * inChannels + from) * outChannels;
            const to = target + 4 * t * outChannels * width;
            packTransposed(source, 4 * outChannels, outChannels, to, 4 * width, 4 * columns);
          }
        };
        this.multiplyRows(dy, outChannels, table, dx, inChannels, pack);
      }
    }
  }

  /** dL/dfilter of conv2d: x [n, h, w, ic], dy [n, oh, ow, oc] -> dw [kh, kw, ic, oc]. All addresses. */
  convolveFilter(info: ConvInfo, x: number, dy: number, dw: number): void {
    const { batchSize, inChannels, outChannels, outHeight, outWidth, strideWidth } = info;
    const picture = outHeight * outWidth;
    const pictures = Math.max(1, Math.floor(CHUNK_ROWS / picture));
    const key = keyOf(info);
    for (let first = 0; first < batchSize; first += pictures) {
      const end = Math.min(batchSize, first + pictures);
      const table = this.arena.table(`runs ${first} ${key}`, () => outputRuns(info, first, end));
      const rows = (end - first) * picture;
      const pack = this.packRows(dy + 4 * first * picture * outChannels, rows, outChannels);
      this.multiplyColumns(x, inChannels, strideWidth, table, rows, pack, dw, outChannels, first > 0);
    }
  }

  /** out [m, n] = a b, where a is [m, k] or, transposed, [k, m]; b is [k, n] or [n, k]. All addresses. */
  matrices(
    [m, k, n]: readonly [number, number, number],
    [a, b, out]: readonly [number, number, number],
    transposeA: boolean,
    transposeB: boolean,
  ): void {
    const { packTransposed } = this.program.run;
    const pack: Pack = transposeB
      ? (target, from, columns, width) => packTransposed(b + 4 * from * k, 4 * k, k, target, 4 * width, 4 * columns)
      : this.packRows(b, k, n);
    if (transposeA) {
      const table = this.arena.table(`matrix columns ${k}`, () => matrixRun(k));
      this.multiplyColumns(a, m, 1, table, k, pack, out, n, false);
    } else {
      const table = this.arena.table(`matrix rows ${m}`, () => matrixRows(m));
      this.multiplyRows(a, k, table, out, n, pack);
    }
  }

  private multiplyRows(
    pixels: number,
    channels: number,
    { address, about }: HeapTable<RowTable>,
    out: number,
    outChannels: number,
    pack: Pack,
  ): void {
    const { rows, taps, stride } = about;
    const zeros = this.arena.zeros(4 * channels);
    const entries = address + 4 * stride;
    this.eachPanel(this.program.rowWidths, outChannels, taps.length * channels, pack, (panel, from, columns, width) => {
      const run = this.program.run[`rows${width}`] as Run;
      const to = out + 4 * from;
      run(
        pixels,
        4 * channels,
        entries,
        4 * stride,
        taps.length,
        panel,
        to,
        address,
        4 * outChannels,
        rows,
        columns,
        zeros,
      );
    });
  }

  private multiplyColumns(
    pixels: number,
    channels: number,
    step: number,
    { address, about: { starts } }: HeapTable<RunTable>,
    rows: number,
    pack: Pack,
    out: number,
    outChannels: number,
    add: boolean,
  ): void {
    const [bytes, stepBytes, outBytes] = [4 * channels, 4 * channels * step, 4 * outChannels];
    this.eachPanel(this.program.columnWidths, outChannels, rows, pack, (panel, from, columns, width) => {
      const run = this.program.run[`columns${width}`] as Run;
      for (let tap = 0; tap + 1 < starts.length; tap++) {
        const [runs, end] = [address + 4 * (starts[tap] as number), address + 4 * (starts[tap + 1] as number)];
        const to = out + 4 * from + tap * channels * outBytes;
        run(pixels, bytes, stepBytes, runs, end, panel, to, channels, outBytes, columns, add ? 1 : 0);
      }
    });
  }

  /** Goes over the columns of B in panels, wide ones first, the last one as narrow as it may be. */
  private eachPanel(
    widths: readonly number[],
    columns: number,
    depth: number,
    pack: Pack,
    multiply: (panel: number, from: number, columns: number, width: number) => void,
  ): void {
    const widest = widths[0] as number;
    const panel = this.arena.reserve('panel', 4 * depth * widest);
    for (let from = 0; from < columns; from += widest) {
      const wanted = Math.min(widest, columns - from);
      const width = widths.findLast((one) => one >= wanted) as number;
      pack(panel, from, wanted, width);
      multiply(panel, from, wanted, width);
    }
  }

  private packRows(source: number, rows: number, columns: number): Pack {
    const { pack } = this.program.run;
    return (target, from, wanted, width) => pack(source + 4 * from, 4 * columns, rows, target, 4 * width, 4 * wanted);
  }
}

/** Row r of a matrix as 'pixel' r under a single tap. */
function matrixRows(rows: number): Numbers<RowTable> {
  const stride = rows + 4;
  const values = Int32Array.from({ length: 2 * stride }, (_, i) => (i % stride < rows ? i % stride : -1));
  return { values, about: { rows, taps: [0], stride } };
}

function matrixRun(rows: number): Numbers<RunTable> {
  return { values: Int32Array.of(0, 0, rows), about: { starts: [0, 3] } };
}

function keyOf(info: ConvInfo): string {
  const { batchSize, inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth, padInfo } = info;
  const { strideHeight, strideWidth, dilationHeight, dilationWidth } = info;
  return [
    ...[batchSize, inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth],
    ...[strideHeight, strideWidth, dilationHeight, dilationWidth, padInfo.top, padInfo.left],
  ].join(' ');
}
