import { type Code, either, FunctionBuilder, f32, get, i32, type Local, loop, set, v128, when } from './assembler.js';

/**
 * Tiles by columns: how many rows are computed at once. All accumulators, the vectors of B and one of A stay in the 15
 * vector registers that V8 hands out; measured best among all that fit.
 */
export const tileRows: Readonly<Record<number, number>> = { 16: 2, 12: 3, 8: 4, 4: 4 };

/** Columns of A at once in `columns<n>`. */
const tileColumns = 4;

/**
 * Matrix multiplication out = A B over rows of A that a table names, so that a convolution needs no copy of its patches:
 * row r of A is, tap by tap, the pixel `table[tap][r]` of a picture, or zeros where the entry is negative (padding).
 *
 *   rows<n>(x, pixelBytes, table, tableBytes, taps, b, out, outTable, outBytes, rows, columns, zeros)
 *
 * One panel of n columns, `columns` of which are wanted; b holds taps * channels rows of n floats. Row r of the result
 * goes to out + outTable[r] * outBytes.
 */
export function rowsKernel(width: number, fused: boolean): FunctionBuilder {
  const f = new FunctionBuilder(`rows${width}`, new Array(12).fill('i32'));
  const [x, pixelBytes, table, tableBytes, taps, b, out, outTable, outBytes, rows, columns, zeros] = f.all;
  const height = tileRows[width] as number;
  const tile = new Tile(f, height, width / 4, fused);
  const pointers = f.locals('i32', height);
  const [row, tap, channel, entry, bAt, offset, target] = f.locals('i32', 7);

  f.emit(
    loop(
      row,
      get(rows),
      height,
      tile.clear(),
      set(bAt, get(b)),
      set(entry, i32.add(get(table), i32.shiftLeft(get(row), 2))),
      set(tap, i32.constant(0)),
      loop(
        tap,
        get(taps),
        1,
        ...pointers.flatMap((pointer, i) => [
          set(offset, i32.load(get(entry), 4 * i)),
          set(
            pointer,
            i32.select(i32.negative(get(offset)), get(zeros), i32.add(get(x), i32.mul(get(offset), get(pixelBytes)))),
          ),
        ]),
        set(entry, i32.add(get(entry), get(tableBytes))),
        set(channel, i32.constant(0)),
        // Not unrolled: V8 allocates registers well for one step and spills for more (44 against 32 GFLOP/s).
        loop(
          channel,
          get(pixelBytes),
          4,
          tile.multiplyAdd(
            bAt,
            pointers.map((pointer) => v128.loadSplat(i32.add(get(pointer), get(channel)))),
          ),
          set(bAt, i32.add(get(bAt), i32.constant(4 * width))),
        ),
      ),
      ...tile.rows.map((_, i) =>
        when(
          i32.less(i32.add(get(row), i32.constant(i)), get(rows)),
          set(target, i32.load(i32.add(get(outTable), i32.shiftLeft(get(row), 2)), 4 * i)),
          set(target, i32.add(get(out), i32.mul(get(target), get(outBytes)))),
          tile.store(i, target, columns),
        ),
      ),
    ),
  );
  return f;
}

/**
 * out = A^T B, or out += A^T B: the gradient of one tap of a filter. Rows of A are pixels of a picture, `stepBytes` apart
 * within a run; a run is three numbers: first pixel of A, first row of B, how many.
 *
 *   columns<n>(x, pixelBytes, stepBytes, runs, runsEnd, b, out, channels, outBytes, columns, add)
 */
export function columnsKernel(width: number, fused: boolean): FunctionBuilder {
  const f = new FunctionBuilder(`columns${width}`, new Array(11).fill('i32'));
  const [x, pixelBytes, stepBytes, runs, runsEnd, b, out, channels, outBytes, columns, add] = f.all;
  const tile = new Tile(f, tileColumns, width / 4, fused);
  const [channel, run, pointer, bAt, end] = f.locals('i32', 5);
  const bytes = i32.constant(4 * width);

  f.emit(
    loop(
      channel,
      get(channels),
      tileColumns,
      tile.clear(),
      set(run, get(runs)),
      loop(
        run,
        get(runsEnd),
        12,
        set(pointer, i32.add(get(x), i32.mul(i32.load(get(run)), get(pixelBytes)))),
        set(bAt, i32.add(get(b), i32.mul(i32.load(get(run), 4), bytes))),
        set(end, i32.add(get(bAt), i32.mul(i32.load(get(run), 8), bytes))),
        loop(
          bAt,
          get(end),
          4 * width,
          // Past the last channel this reads the next pixel: finite or not, those rows are not stored.
          tile.multiplyAdd(
            bAt,
            tile.rows.map((_, i) => v128.loadSplat(get(pointer), 4 * i)),
          ),
          set(pointer, i32.add(get(pointer), get(stepBytes))),
        ),
      ),
      ...tile.rows.map((_, i) =>
        when(
          i32.less(i32.add(get(channel), i32.constant(i)), get(channels)),
          either(get(add), [tile.add(i, out, columns)], [tile.store(i, out, columns)]),
          set(out, i32.add(get(out), get(outBytes))),
        ),
      ),
      set(x, i32.add(get(x), i32.constant(4 * tileColumns))),
    ),
  );
  return f;
}

/** Accumulators of `height` rows by `vectors` times four columns. */
class Tile {
  readonly rows: readonly (readonly Local[])[];
  private readonly bs: readonly Local[];
  private readonly a: Local;

  constructor(
    f: FunctionBuilder,
    height: number,
    vectors: number,
    private readonly fused: boolean,
  ) {
    this.rows = Array.from({ length: height }, () => f.locals('v128', vectors));
    this.bs = f.locals('v128', vectors);
    [this.a] = f.locals('v128', 1);
  }

  clear(): Code {
    return this.rows.flat().flatMap((sum) => set(sum, v128.zero));
  }

  /** One row of B times one value per row of the tile. */
  multiplyAdd(bAt: Local, values: readonly Code[]): Code {
    const load = this.bs.flatMap((vector, j) => set(vector, v128.load(get(bAt), 16 * j)));
    const update = this.rows.flatMap((sums, i) => [
      ...set(this.a, values[i] as Code),
      ...sums.flatMap((sum, j) => set(sum, this.sum(sum, this.bs[j] as Local))),
    ]);
    return [...load, ...update];
  }

  store(row: number, target: Local, columns: Local): Code {
    return this.eachVector(
      row,
      columns,
      (vector, at) => v128.store(get(target), get(vector), at),
      (vector, lane, at) => f32.store(get(target), v128.lane(get(vector), lane), at),
    );
  }

  add(row: number, target: Local, columns: Local): Code {
    return this.eachVector(
      row,
      columns,
      (vector, at) => v128.store(get(target), v128.add(v128.load(get(target), at), get(vector)), at),
      (vector, lane, at) =>
        f32.store(get(target), f32.add(f32.load(get(target), at), v128.lane(get(vector), lane)), at),
    );
  }

  private sum(sum: Local, b: Local): Code {
    if (this.fused) return v128.relaxedMultiplyAdd(get(this.a), get(b), get(sum));
    return v128.add(get(sum), v128.mul(get(this.a), get(b)));
  }

  /** Whole vectors where all four columns exist, single lanes at the edge. */
  private eachVector(
    row: number,
    columns: Local,
    whole: (vector: Local, at: number) => Code,
    single: (vector: Local, lane: number, at: number) => Code,
  ): Code {
    return (this.rows[row] as readonly Local[]).flatMap((vector, j) =>
      either(
        i32.less(get(columns), i32.constant(4 * j + 4)),
        [0, 1, 2].map((lane) =>
          when(i32.less(i32.constant(4 * j + lane), get(columns)), single(vector, lane, 16 * j + 4 * lane)),
        ),
        [whole(vector, 16 * j)],
      ),
    );
  }
}
