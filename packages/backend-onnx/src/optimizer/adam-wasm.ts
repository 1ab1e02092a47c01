/** One pass over count floats: Adam's moments, the weights and, in `adamAverage`, their moving average. */
export interface AdamKernel {
  readonly adam: AdamFunction;
  readonly adamAverage: AdamFunction;
}

/**
 * Byte offsets (16-byte steps) of weights, both moments, gradients and average, the end of the weights, and the
 * step's scalars in the order of SCALARS.
 */
type AdamFunction = (
  weights: number,
  moment1: number,
  moment2: number,
  gradients: number,
  average: number,
  end: number,
  ...scalars: number[]
) => void;

export const SCALARS = [
  'beta1',
  'oneMinusBeta1',
  'beta2',
  'oneMinusBeta2',
  'stepSize',
  'correction2',
  'epsilon',
  'keep',
  'scale',
  'averageDecay',
  'oneMinusAverageDecay',
] as const;

export function instantiateAdam(memory: WebAssembly.Memory): AdamKernel {
  compiled ??= new WebAssembly.Module(Uint8Array.from(assemble()));
  const instance = new WebAssembly.Instance(compiled, { fsae: { memory } });
  return instance.exports as unknown as AdamKernel;
}

let compiled: WebAssembly.Module | undefined;

// Opcodes: WebAssembly core specification 2.0, section 5.4 (SIMD: 0xfd prefix, opcode as LEB128).
const I32 = 0x7f;
const F32 = 0x7d;
const V128 = 0x7b;
const leb = (value: number): number[] => {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
  return [...bytes, rest];
};
const simd = (opcode: number): number[] => [0xfd, ...leb(opcode)];
const get = (local: number): number[] => [0x20, local];
const set = (local: number): number[] => [0x21, local];
const tee = (local: number): number[] => [0x22, local];
/** 16 bytes at the address in a local; 2^2 alignment is what a Float32Array guarantees. */
const load = (address: number): number[] => [...get(address), ...simd(0), 2, 0];
const store = (address: number, value: number[]): number[] => [...get(address), ...value, ...simd(11), 2, 0];
const splat = simd(19);
const add = (a: number[], b: number[]): number[] => [...a, ...b, ...simd(228)];
const sub = (a: number[], b: number[]): number[] => [...a, ...b, ...simd(229)];
const mul = (a: number[], b: number[]): number[] => [...a, ...b, ...simd(230)];
const div = (a: number[], b: number[]): number[] => [...a, ...b, ...simd(231)];
const sqrt = (a: number[]): number[] => [...a, ...simd(227)];

const POINTERS = 6;
const [weights, moment1, moment2, gradients, average, end] = [0, 1, 2, 3, 4, 5];
const scalarLocal = (name: (typeof SCALARS)[number]): number => POINTERS + SCALARS.length + SCALARS.indexOf(name);
const [g, m, v, w] = [0, 1, 2, 3].map((index) => POINTERS + 2 * SCALARS.length + index) as [
  number,
  number,
  number,
  number,
];

function body(withAverage: boolean): number[] {
  const scalar = (name: (typeof SCALARS)[number]) => get(scalarLocal(name));
  const code = SCALARS.flatMap((name, index) => [...get(POINTERS + index), ...splat, ...set(scalarLocal(name))]);
  code.push(0x03, 0x40); // loop
  code.push(...mul(load(gradients), scalar('scale')), ...set(g));
  const first = add(mul(load(moment1), scalar('beta1')), mul(get(g), scalar('oneMinusBeta1')));
  code.push(...store(moment1, [...first, ...tee(m)]));
  const second = add(mul(load(moment2), scalar('beta2')), mul(mul(get(g), get(g)), scalar('oneMinusBeta2')));
  code.push(...store(moment2, [...second, ...tee(v)]));
  // keep = 1 - learning rate * decay, stepSize = learning rate / (1 - beta1^t), correction2 = 1 / (1 - beta2^t)
  const root = add(sqrt(mul(get(v), scalar('correction2'))), scalar('epsilon'));
  const next = sub(mul(load(weights), scalar('keep')), div(mul(get(m), scalar('stepSize')), root));
  code.push(...store(weights, [...next, ...tee(w)]));
  const moved = [weights, moment1, moment2, gradients];
  if (withAverage) {
    code.push(
      ...store(average, add(mul(load(average), scalar('averageDecay')), mul(get(w), scalar('oneMinusAverageDecay')))),
    );
    moved.push(average);
  }
  for (const pointer of moved) code.push(...get(pointer), 0x41, 16, 0x6a, ...set(pointer));
  code.push(...get(weights), ...get(end), 0x49, 0x0d, 0, 0x0b, 0x0b); // branch back while weights < end
  const locals = [1, ...leb(SCALARS.length + 4), V128];
  return [...locals, ...code];
}

function assemble(): number[] {
  const section = (id: number, bytes: number[]) => [id, ...leb(bytes.length), ...bytes];
  const text = (value: string) => [value.length, ...new TextEncoder().encode(value)];
  const parameters = [...new Array<number>(POINTERS).fill(I32), ...new Array<number>(SCALARS.length).fill(F32)];
  const bodies = [body(false), body(true)].flatMap((code) => [...leb(code.length), ...code]);
  return [
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [1, 0x60, parameters.length, ...parameters, 0]),
    ...section(2, [1, ...text('fsae'), ...text('memory'), 2, 0, 1]),
    ...section(3, [2, 0, 0]),
    ...section(7, [2, ...text('adam'), 0, 0, ...text('adamAverage'), 0, 1]),
    ...section(10, [2, ...bodies]),
  ];
}
