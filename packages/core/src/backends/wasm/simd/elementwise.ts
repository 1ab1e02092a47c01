import { type Code, FunctionBuilder, f32, get, i32, type Local, loop, set, v128 } from './assembler.js';

/**
 * out <- x > 0 ? x : alpha x.
 *
 *   leakyRelu(x, out, bytes, alpha)
 */
export function leakyReluKernel(): FunctionBuilder {
  const f = new FunctionBuilder('leakyRelu', ['i32', 'i32', 'i32', 'f32']);
  const [x, out, bytes, alpha] = f.all;
  const [value] = f.locals('v128', 1);
  const [end, scalar] = [f.locals('i32', 1)[0], f.locals('f32', 1)[0]];
  f.emit(
    ...overBytes(f, end, x, bytes, [x, out], {
      four: [
        set(value, v128.load(get(x))),
        v128.store(get(out), positive(value, get(value), v128.mul(get(value), v128.splat(get(alpha))))),
      ],
      one: [
        set(scalar, f32.load(get(x))),
        f32.store(
          get(out),
          f32.select(f32.greater(get(scalar), f32.zero), get(scalar), f32.mul(get(scalar), get(alpha))),
        ),
      ],
    }),
  );
  return f;
}

/**
 * out <- x > 0 ? dy : alpha dy.
 *
 *   leakyReluGrad(x, dy, out, bytes, alpha)
 */
export function leakyReluGradKernel(): FunctionBuilder {
  const f = new FunctionBuilder('leakyReluGrad', ['i32', 'i32', 'i32', 'i32', 'f32']);
  const [x, dy, out, bytes, alpha] = f.all;
  const [value, slope] = f.locals('v128', 2);
  const [end] = f.locals('i32', 1);
  const [up] = f.locals('f32', 1);
  f.emit(
    ...overBytes(f, end, x, bytes, [x, dy, out], {
      four: [
        set(value, v128.load(get(x))),
        set(slope, v128.load(get(dy))),
        v128.store(get(out), positive(value, get(slope), v128.mul(get(slope), v128.splat(get(alpha))))),
      ],
      one: [
        set(up, f32.load(get(dy))),
        f32.store(get(out), f32.select(f32.greater(f32.load(get(x)), f32.zero), get(up), f32.mul(get(up), get(alpha)))),
      ],
    }),
  );
  return f;
}

/**
 * out <- x + bias, the bias repeated along rows.
 *
 *   addBias(x, out, bytes, bias, biasBytes)
 */
export function addBiasKernel(): FunctionBuilder {
  const f = new FunctionBuilder('addBias', new Array(5).fill('i32'));
  const [x, out, bytes, bias, biasBytes] = f.all;
  const [end, at, rowEnd, whole] = f.locals('i32', 4);
  const forward = (by: number) => [x, out, at].map((pointer) => set(pointer, i32.add(get(pointer), i32.constant(by))));
  f.emit(
    set(end, i32.add(get(x), get(bytes))),
    set(rowEnd, i32.add(get(bias), get(biasBytes))),
    set(whole, i32.add(get(bias), i32.and(get(biasBytes), i32.constant(-16)))),
    loop(
      x,
      get(end),
      0,
      set(at, get(bias)),
      loop(at, get(whole), 0, v128.store(get(out), v128.add(v128.load(get(x)), v128.load(get(at)))), ...forward(16)),
      loop(at, get(rowEnd), 0, f32.store(get(out), f32.add(f32.load(get(x)), f32.load(get(at)))), ...forward(4)),
    ),
  );
  return f;
}

/**
 * Blocks [outer][a][b] -> [outer][b][a].
 *
 *   swapAxes(x, out, outer, a, b, blockBytes)
 */
export function swapAxesKernel(): FunctionBuilder {
  const f = new FunctionBuilder('swapAxes', new Array(6).fill('i32'));
  const [x, out, outer, a, b, blockBytes] = f.all;
  const [o, i, j, target, at, whole] = f.locals('i32', 6);
  const address = i32.add(get(target), get(at));
  f.emit(
    set(whole, i32.and(get(blockBytes), i32.constant(-16))),
    loop(
      o,
      get(outer),
      1,
      set(i, i32.constant(0)),
      loop(
        i,
        get(a),
        1,
        set(target, i32.add(get(out), i32.mul(get(i), get(blockBytes)))),
        set(j, i32.constant(0)),
        loop(
          j,
          get(b),
          1,
          set(at, i32.constant(0)),
          loop(at, get(whole), 16, v128.store(address, v128.load(i32.add(get(x), get(at))))),
          loop(at, get(blockBytes), 4, f32.store(address, f32.load(i32.add(get(x), get(at))))),
          set(x, i32.add(get(x), get(blockBytes))),
          set(target, i32.add(get(target), i32.mul(get(a), get(blockBytes)))),
        ),
      ),
      set(out, i32.add(get(out), i32.mul(i32.mul(get(a), get(b)), get(blockBytes)))),
    ),
  );
  return f;
}

/** Bits of `yes` where the value is above zero, of `no` elsewhere. */
function positive(value: Local, yes: Code, no: Code): Code {
  return v128.select(v128.greater(get(value), v128.zero), yes, no);
}

/** Steps all pointers over `bytes` from `first` on: by four floats, then by one. */
function overBytes(
  f: FunctionBuilder,
  end: Local,
  first: Local,
  bytes: Local,
  pointers: readonly Local[],
  { four, one }: { readonly four: readonly Code[]; readonly one: readonly Code[] },
): Code[] {
  const [whole] = f.locals('i32', 1);
  const forward = (by: number) => pointers.map((pointer) => set(pointer, i32.add(get(pointer), i32.constant(by))));
  return [
    set(end, i32.add(get(first), get(bytes))),
    set(whole, i32.add(get(first), i32.and(get(bytes), i32.constant(-16)))),
    loop(first, get(whole), 0, ...four, ...forward(16)),
    loop(first, get(end), 0, ...one, ...forward(4)),
  ];
}
