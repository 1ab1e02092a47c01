import { type Code, FunctionBuilder, f32, get, i32, type Local, loop, set, v128 } from './assembler.js';

/**
 * Sum of each row: x [rows, length] -> out [rows]. Sixteen partial sums per row.
 *
 *   sumRows(x, out, rows, rowBytes)
 */
export function sumRowsKernel(): FunctionBuilder {
  const f = new FunctionBuilder('sumRows', new Array(4).fill('i32'));
  const [x, out, rows, rowBytes] = f.all;
  const [row, end, whole] = f.locals('i32', 3);
  const sums = f.locals('v128', 4);
  const [total] = f.locals('f32', 1);
  const all = sums.map(get).reduce((a, b) => v128.add(a, b));
  f.emit(
    loop(
      row,
      get(rows),
      1,
      ...sums.map((sum) => set(sum, v128.zero)),
      set(end, i32.add(get(x), get(rowBytes))),
      set(whole, i32.add(get(x), i32.and(get(rowBytes), i32.constant(-64)))),
      loop(x, get(whole), 64, ...sums.map((sum, i) => set(sum, v128.add(get(sum), v128.load(get(x), 16 * i))))),
      set(sums[0], all),
      set(
        total,
        [1, 2, 3].reduce((code, lane) => f32.add(code, v128.lane(get(sums[0]), lane)), v128.lane(get(sums[0]), 0)),
      ),
      loop(x, get(end), 4, set(total, f32.add(get(total), f32.load(get(x))))),
      f32.store(get(out), get(total)),
      set(out, i32.add(get(out), i32.constant(4))),
    ),
  );
  return f;
}

/**
 * Sum over rows: x [rows, columns] -> out [columns].
 *
 *   sumColumns(x, out, rows, rowBytes)
 */
export function sumColumnsKernel(): FunctionBuilder {
  const f = new FunctionBuilder('sumColumns', new Array(4).fill('i32'));
  const [x, out, rows, rowBytes] = f.all;
  const [column, row, at] = f.locals('i32', 3);
  const sums = f.locals('v128', 4);
  const [single] = f.locals('f32', 1);
  const down = (reset: Code[], step: Code[]): Code[] => [
    ...reset,
    set(at, i32.add(get(x), get(column))),
    set(row, i32.constant(0)),
    loop(row, get(rows), 1, ...step, set(at, i32.add(get(at), get(rowBytes)))),
  ];
  const vectors = (count: number): Code => {
    const used: readonly Local[] = sums.slice(0, count);
    const bytes = 16 * count;
    return loop(
      column,
      i32.and(get(rowBytes), i32.constant(-bytes)),
      bytes,
      ...down(
        used.map((sum) => set(sum, v128.zero)),
        used.map((sum, i) => set(sum, v128.add(get(sum), v128.load(get(at), 16 * i)))),
      ),
      ...used.map((sum, i) => v128.store(i32.add(get(out), get(column)), get(sum), 16 * i)),
    );
  };
  f.emit(
    vectors(4),
    vectors(1),
    loop(
      column,
      get(rowBytes),
      4,
      ...down([set(single, f32.zero)], [set(single, f32.add(get(single), f32.load(get(at))))]),
      f32.store(i32.add(get(out), get(column)), get(single)),
    ),
  );
  return f;
}
