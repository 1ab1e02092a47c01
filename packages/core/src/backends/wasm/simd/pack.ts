import { either, FunctionBuilder, f32, get, i32, loop, set, v128 } from './assembler.js';

/**
 * Copies a panel of a matrix into rows of `width` floats (a multiple of 4), zeros after the last column.
 *
 *   pack(source, sourceBytes, rows, target, widthBytes, columnBytes)
 */
export function packKernel(): FunctionBuilder {
  const f = new FunctionBuilder('pack', new Array(6).fill('i32'));
  const [source, sourceBytes, rows, target, widthBytes, columnBytes] = f.all;
  const [row, at, whole] = f.locals('i32', 3);
  f.emit(
    set(whole, i32.and(get(columnBytes), i32.constant(-16))),
    loop(
      row,
      get(rows),
      1,
      set(at, i32.constant(0)),
      loop(at, get(whole), 16, v128.store(i32.add(get(target), get(at)), v128.load(i32.add(get(source), get(at))))),
      loop(at, get(columnBytes), 4, f32.store(i32.add(get(target), get(at)), f32.load(i32.add(get(source), get(at))))),
      loop(at, get(widthBytes), 4, f32.store(i32.add(get(target), get(at)), f32.zero)),
      set(source, i32.add(get(source), get(sourceBytes))),
      set(target, i32.add(get(target), get(widthBytes))),
    ),
  );
  return f;
}

/**
 * The same of a transposed matrix: row k, column j of the panel is source + j * sourceBytes + 4 k.
 *
 *   packTransposed(source, sourceBytes, rows, target, widthBytes, columnBytes)
 */
export function packTransposedKernel(): FunctionBuilder {
  const f = new FunctionBuilder('packTransposed', new Array(6).fill('i32'));
  const [source, sourceBytes, rows, target, widthBytes, columnBytes] = f.all;
  const [column, row, from, to, whole, wholeRows] = f.locals('i32', 6);
  const lines = f.locals('i32', 4);
  const outs = f.locals('i32', 4);
  const [a, b, c, d, low1, low2, high1, high2] = f.locals('v128', 8);
  const one = i32.add(get(target), get(column));

  f.emit(
    set(whole, i32.and(get(columnBytes), i32.constant(-16))),
    set(wholeRows, i32.and(get(rows), i32.constant(-4))),
    // Four columns at a time: 4x4 blocks turned in registers.
    loop(
      column,
      get(whole),
      16,
      set(lines[0]!, get(source)),
      set(outs[0]!, one),
      ...[1, 2, 3].flatMap((i) => [
        set(lines[i]!, i32.add(get(lines[i - 1]!), get(sourceBytes))),
        set(outs[i]!, i32.add(get(outs[i - 1]!), get(widthBytes))),
      ]),
      set(row, i32.constant(0)),
      loop(
        row,
        get(wholeRows),
        4,
        ...[a, b, c, d].map((vector, i) => set(vector, v128.load(get(lines[i]!)))),
        set(low1, v128.shuffle(get(a), get(b), [0, 4, 1, 5])),
        set(low2, v128.shuffle(get(c), get(d), [0, 4, 1, 5])),
        set(high1, v128.shuffle(get(a), get(b), [2, 6, 3, 7])),
        set(high2, v128.shuffle(get(c), get(d), [2, 6, 3, 7])),
        v128.store(get(outs[0]!), v128.shuffle(get(low1), get(low2), [0, 1, 4, 5])),
        v128.store(get(outs[1]!), v128.shuffle(get(low1), get(low2), [2, 3, 6, 7])),
        v128.store(get(outs[2]!), v128.shuffle(get(high1), get(high2), [0, 1, 4, 5])),
        v128.store(get(outs[3]!), v128.shuffle(get(high1), get(high2), [2, 3, 6, 7])),
        ...lines.map((line) => set(line, i32.add(get(line), i32.constant(16)))),
        ...outs.map((out) => set(out, i32.add(get(out), i32.shiftLeft(get(widthBytes), 2)))),
      ),
      loop(
        row,
        get(rows),
        1,
        ...lines.map((line, i) => f32.store(get(outs[0]!), f32.load(get(line)), 4 * i)),
        ...lines.map((line) => set(line, i32.add(get(line), i32.constant(4)))),
        set(outs[0]!, i32.add(get(outs[0]!), get(widthBytes))),
      ),
      set(source, i32.add(get(source), i32.shiftLeft(get(sourceBytes), 2))),
    ),
    // The columns at the edge, one by one, and zeros after them.
    loop(
      column,
      get(widthBytes),
      4,
      set(from, get(source)),
      set(to, one),
      set(row, i32.constant(0)),
      loop(
        row,
        get(rows),
        1,
        either(
          i32.less(get(column), get(columnBytes)),
          [f32.store(get(to), f32.load(get(from)))],
          [f32.store(get(to), f32.zero)],
        ),
        set(from, i32.add(get(from), i32.constant(4))),
        set(to, i32.add(get(to), get(widthBytes))),
      ),
      set(source, i32.add(get(source), get(sourceBytes))),
    ),
  );
  return f;
}
