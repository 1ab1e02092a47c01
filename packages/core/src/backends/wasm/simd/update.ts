import { type Code, FunctionBuilder, f32, get, i32, type Local, loop, set, type ValueType, v128 } from './assembler.js';

/** The same arithmetic on four floats or on one, for the end of an array. */
interface Lanes {
  load(address: Code): Code;
  store(address: Code, value: Code): Code;
  add(a: Code, b: Code): Code;
  sub(a: Code, b: Code): Code;
  mul(a: Code, b: Code): Code;
  div(a: Code, b: Code): Code;
  sqrt(a: Code): Code;
  of(scalar: Local): Code;
}

const four: Lanes = { ...v128, of: (scalar) => v128.splat(get(scalar)) };
const one: Lanes = { ...f32, of: (scalar) => get(scalar) };

/**
 * One Adam update in place, one pass over memory:
 *
 *   m <- m + blend1 (scale g - m)    v <- v + blend2 ((scale g)^2 - v)
 *   w <- w - rate m / (sqrt(v correction) + epsilon) - shrink w
 *
 *   adam(w, m, v, g, bytes, scale, blend1, blend2, rate, correction, epsilon, shrink)
 */
export function adamKernel(): FunctionBuilder {
  const types: ValueType[] = [...new Array<ValueType>(5).fill('i32'), ...new Array<ValueType>(7).fill('f32')];
  const f = new FunctionBuilder('adam', types);
  const [w, m, v, g, bytes, scale, blend1, blend2, rate, correction, epsilon, shrink] = f.all;
  const step = (use: Lanes, at: (base: Local) => Code, [gradient, first, second, weight]: readonly Local[]): Code[] => {
    const [G, M, V, W] = [gradient, first, second, weight] as [Local, Local, Local, Local];
    const root = use.add(use.sqrt(use.mul(get(V), use.of(correction))), use.of(epsilon));
    const change = use.add(use.div(use.mul(get(M), use.of(rate)), root), use.mul(get(W), use.of(shrink)));
    return [
      set(G, use.mul(use.load(at(g)), use.of(scale))),
      set(M, use.load(at(m))),
      set(M, use.add(get(M), use.mul(use.sub(get(G), get(M)), use.of(blend1)))),
      set(V, use.load(at(v))),
      set(V, use.add(get(V), use.mul(use.sub(use.mul(get(G), get(G)), get(V)), use.of(blend2)))),
      set(W, use.load(at(w))),
      use.store(at(m), get(M)),
      use.store(at(v), get(V)),
      use.store(at(w), use.sub(get(W), change)),
    ];
  };
  eachLane(f, bytes, 4, step);
  return f;
}

/**
 * target <- target + blend (source - target): a step of an exponential moving average.
 *
 *   approach(target, source, bytes, blend)
 */
export function approachKernel(): FunctionBuilder {
  const f = new FunctionBuilder('approach', ['i32', 'i32', 'i32', 'f32']);
  const [target, source, bytes, blend] = f.all;
  eachLane(f, bytes, 1, (use, at, [value]) => [
    set(value as Local, use.load(at(target))),
    use.store(
      at(target),
      use.add(get(value as Local), use.mul(use.sub(use.load(at(source)), get(value as Local)), use.of(blend))),
    ),
  ]);
  return f;
}

/** Four lanes at a time over `bytes`, then one by one; `count` temporaries of the fitting type. */
function eachLane(
  f: FunctionBuilder,
  bytes: Local,
  count: number,
  step: (use: Lanes, at: (base: Local) => Code, temporaries: readonly Local[]) => Code[],
): void {
  const [offset, whole] = f.locals('i32', 2);
  const at = (base: Local) => i32.add(get(base), get(offset));
  f.emit(
    set(whole, i32.and(get(bytes), i32.constant(-16))),
    loop(offset, get(whole), 16, ...step(four, at, f.locals('v128', count))),
    loop(offset, get(bytes), 4, ...step(one, at, f.locals('f32', count))),
  );
}
