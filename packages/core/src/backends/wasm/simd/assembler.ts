/**
 * A few lines of assembler for WebAssembly with SIMD (core specification 2.0): every function returns bytes of code, so
 * that loops over registers are loops in TypeScript. Expressions leave one value on the stack, statements none.
 */
export type Code = readonly number[];

export type ValueType = 'i32' | 'f32' | 'v128';
const typeCodes: Readonly<Record<ValueType, number>> = { i32: 0x7f, f32: 0x7d, v128: 0x7b };

export interface Local {
  readonly index: number;
  readonly type: ValueType;
}

/** Stands for as many locals as a destructuring asks for. */
type Locals = [...Local[]] & Readonly<Record<0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12, Local>>;

export class FunctionBuilder {
  private readonly declared: ValueType[] = [];
  private readonly body: number[] = [];

  constructor(
    readonly name: string,
    readonly parameters: readonly ValueType[],
  ) {}

  /** The parameters, in order. */
  get all(): Locals {
    return this.parameters.map((type, index): Local => ({ index, type })) as unknown as Locals;
  }

  /** `count` new locals, zero at the start of a call. */
  locals(type: ValueType, count: number): Locals {
    const first = this.parameters.length + this.declared.length;
    this.declared.push(...new Array<ValueType>(count).fill(type));
    return Array.from({ length: count }, (_, i): Local => ({ index: first + i, type })) as unknown as Locals;
  }

  emit(...statements: readonly Code[]): void {
    for (const statement of statements) for (const byte of statement) this.body.push(byte);
  }

  encode(): number[] {
    const declarations = this.declared.flatMap((type) => [1, typeCodes[type]]);
    const code = [...unsigned(this.declared.length), ...declarations, ...this.body, 0x0b];
    return [...unsigned(code.length), ...code];
  }
}

/** A module over one imported memory ('heap'.'memory') that exports each function by its name. */
export function assemble(functions: readonly FunctionBuilder[]): Uint8Array {
  const section = (id: number, items: readonly (readonly number[])[]) => {
    const content = [...unsigned(items.length), ...items.flat()];
    return [id, ...unsigned(content.length), ...content];
  };
  const text = (value: string) => [value.length, ...Buffer.from(value)];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(
      1,
      functions.map(({ parameters }) => [0x60, parameters.length, ...parameters.map((type) => typeCodes[type]), 0]),
    ),
    ...section(2, [[...text('heap'), ...text('memory'), 2, 0, 1]]),
    ...section(
      3,
      functions.map((_, i) => unsigned(i)),
    ),
    ...section(
      7,
      functions.map(({ name }, i) => [...text(name), 0, ...unsigned(i)]),
    ),
    ...section(
      10,
      functions.map((one) => one.encode()),
    ),
  ]);
}

export const get = ({ index }: Local): Code => [0x20, ...unsigned(index)];
export const set = ({ index }: Local, value: Code): Code => [...value, 0x21, ...unsigned(index)];

export const i32 = {
  constant: (value: number): Code => [0x41, ...signed(value)],
  load: (address: Code, offset = 0): Code => [...address, 0x28, 2, ...unsigned(offset)],
  add: (a: Code, b: Code): Code => [...a, ...b, 0x6a],
  sub: (a: Code, b: Code): Code => [...a, ...b, 0x6b],
  mul: (a: Code, b: Code): Code => [...a, ...b, 0x6c],
  and: (a: Code, b: Code): Code => [...a, ...b, 0x71],
  shiftLeft: (a: Code, bits: number): Code => [...a, 0x41, bits, 0x74],
  less: (a: Code, b: Code): Code => [...a, ...b, 0x49],
  negative: (a: Code): Code => [...a, 0x41, 0, 0x48],
  isZero: (a: Code): Code => [...a, 0x45],
  /** `a` where the condition holds, else `b`: without a branch. */
  select: (condition: Code, a: Code, b: Code): Code => [...a, ...b, ...condition, 0x1b],
};

export const f32 = {
  load: (address: Code, offset = 0): Code => [...address, 0x2a, 2, ...unsigned(offset)],
  store: (address: Code, value: Code, offset = 0): Code => [...address, ...value, 0x38, 2, ...unsigned(offset)],
  add: (a: Code, b: Code): Code => [...a, ...b, 0x92],
  sub: (a: Code, b: Code): Code => [...a, ...b, 0x93],
  mul: (a: Code, b: Code): Code => [...a, ...b, 0x94],
  div: (a: Code, b: Code): Code => [...a, ...b, 0x95],
  sqrt: (a: Code): Code => [...a, 0x91],
  greater: (a: Code, b: Code): Code => [...a, ...b, 0x5e],
  select: (condition: Code, a: Code, b: Code): Code => [...a, ...b, ...condition, 0x1b],
  zero: [0x43, 0, 0, 0, 0] as Code,
};

const simd = (operation: number): number[] => [0xfd, ...unsigned(operation)];

/** Four float32 lanes. */
export const v128 = {
  zero: [...simd(12), ...new Array<number>(16).fill(0)] as Code,
  load: (address: Code, offset = 0): Code => [...address, ...simd(0), 2, ...unsigned(offset)],
  /** One float in all lanes. */
  loadSplat: (address: Code, offset = 0): Code => [...address, ...simd(9), 2, ...unsigned(offset)],
  store: (address: Code, value: Code, offset = 0): Code => [...address, ...value, ...simd(11), 2, ...unsigned(offset)],
  splat: (value: Code): Code => [...value, ...simd(19)],
  add: (a: Code, b: Code): Code => [...a, ...b, ...simd(228)],
  sub: (a: Code, b: Code): Code => [...a, ...b, ...simd(229)],
  mul: (a: Code, b: Code): Code => [...a, ...b, ...simd(230)],
  div: (a: Code, b: Code): Code => [...a, ...b, ...simd(231)],
  sqrt: (a: Code): Code => [...a, ...simd(227)],
  greater: (a: Code, b: Code): Code => [...a, ...b, ...simd(68)],
  /** Bits of `a` where the mask has ones, of `b` elsewhere. */
  select: (mask: Code, a: Code, b: Code): Code => [...a, ...b, ...mask, ...simd(82)],
  lane: (a: Code, lane: number): Code => [...a, ...simd(31), lane],
  /** Lanes 0..3 of `a` and 4..7 of `b`, in this order. */
  shuffle: (a: Code, b: Code, lanes: readonly [number, number, number, number]): Code => [
    ...a,
    ...b,
    ...simd(13),
    ...lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte)),
  ],
  /** a * b + c in one rounding where the processor can (relaxed SIMD). */
  relaxedMultiplyAdd: (a: Code, b: Code, c: Code): Code => [...a, ...b, ...c, ...simd(0x105)],
};

/** Runs the body while `counter < end` (unsigned), adding `step` to the counter after each round; 0 where the body does. */
export function loop(counter: Local, end: Code, step: number, ...body: readonly Code[]): Code {
  return when(
    i32.less(get(counter), end),
    [0x03, 0x40],
    ...body,
    step === 0 ? [] : set(counter, i32.add(get(counter), i32.constant(step))),
    i32.less(get(counter), end),
    [0x0d, 0, 0x0b],
  );
}

export function when(condition: Code, ...body: readonly Code[]): Code {
  return [...condition, 0x04, 0x40, ...body.flat(), 0x0b];
}

export function either(condition: Code, yes: readonly Code[], no: readonly Code[]): Code {
  return [...condition, 0x04, 0x40, ...yes.flat(), 0x05, ...no.flat(), 0x0b];
}

/** LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  do {
    const byte = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? byte : byte | 0x80);
  } while (rest !== 0);
  return bytes;
}

function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const byte = rest & 0x7f;
    rest >>= 7;
    const done = (rest === 0 && (byte & 0x40) === 0) || (rest === -1 && (byte & 0x40) !== 0);
    bytes.push(done ? byte : byte | 0x80);
    if (done) return bytes;
  }
}
