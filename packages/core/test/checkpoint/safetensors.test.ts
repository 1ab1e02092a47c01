import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeSafetensors, encodeSafetensors, type NamedArrays } from '../../src/checkpoint/safetensors.js';
import { isFsaeError } from '../../src/errors/fsae-error.js';

// Made by Python's safetensors: scripts/fixtures/safetensors-files.py.
const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`fixtures/${name}.safetensors`, import.meta.url)));
const float32 = (shape: number[], ...values: number[]) =>
  ({ shape, dtype: 'float32', data: Float32Array.from(values) }) as const;

const written: NamedArrays = {
  step: { shape: [4], dtype: 'int32', data: Int32Array.of(1, -1, 2 ** 31 - 1, -(2 ** 31)) },
  'encoder/conv1/kernel': float32([2, 3], 1, -2, 0.5, Math.PI, 1e-30, -1e30),
  'encoder/conv1/bias': float32([3], -0, Number.POSITIVE_INFINITY, Number.NaN),
  scalar: float32([], 0.1),
  empty: float32([0, 3]),
  '0': float32([1], 7),
  'größe/𝛽/z': float32([1], 2.5),
};

test('writes the bytes that the reference implementation writes', () => {
  const ours = Buffer.concat(encodeSafetensors(written, { format: 'fsae' }));
  expect(ours.equals(fixture('written'))).toBe(true);
});

test('reads what the reference implementation wrote', () => {
  const { arrays, metadata } = decodeSafetensors(fixture('written'), 'written');
  expect(metadata).toEqual({ format: 'fsae' });
  expect(arrays).toEqual(written);
  expect(Object.is(arrays['encoder/conv1/bias']?.data[0], -0)).toBe(true);
});

test('reads half floats, also where they are not aligned', () => {
  const bytes = fixture('half');
  const shifted = new Uint8Array(bytes.length + 1);
  shifted.set(bytes, 1);
  for (const file of [bytes, shifted.subarray(1)]) {
    const { arrays } = decodeSafetensors(file, 'half');
    expect(arrays['a']).toEqual(float32([3], 1.5, -2, 65504));
    const infinity = Number.POSITIVE_INFINITY;
    expect(arrays['b']).toEqual(float32([6], 2 ** -24, 2 ** -14, -0, infinity, -infinity, 0.333251953125));
    expect(arrays['c']).toEqual(float32([2], 1, 2));
  }
});

test('the tensors are written from the arrays themselves, not from copies', () => {
  const data = new Float32Array(8).subarray(2, 5);
  const [, chunk] = encodeSafetensors({ w: { shape: [3], dtype: 'float32', data } });
  expect(chunk?.buffer).toBe(data.buffer);
  expect(chunk?.length).toBe(12);
});

function file(header: unknown, data = 0): Uint8Array {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, Buffer.alloc(data)]);
}
const one = (entry: object) => ({ w: { dtype: 'F32', shape: [1], data_offsets: [0, 4], ...entry } });
const two = (first: number[], second: number[]) => ({
  a: { dtype: 'F32', shape: [1], data_offsets: first },
  b: { dtype: 'F32', shape: [1], data_offsets: second },
});

const bad: Record<string, [Uint8Array, RegExp]> = {
  'an empty file': [new Uint8Array(0), /0 bytes/],
  'a file shorter than its length field': [new Uint8Array(7), /7 bytes/],
  'a header longer than the file': [Buffer.from('ffffffffffffffff7b7d', 'hex'), /header of 18446744073709551615 bytes/],
  'text after the header length': [file('not JSON'), /not a JSON object/],
  'a list as header': [file([]), /not a JSON object/],
  'invalid UTF-8': [
    Buffer.concat([Buffer.from('0300000000000000', 'hex'), Buffer.from([0x7b, 0xff, 0x7d])]),
    /not a JSON/,
  ],
  'an unknown dtype': [file(one({ dtype: 'F8_E4M3' }), 4), /dtype "F8_E4M3"/],
  'a dtype that is a property of every object': [file(one({ dtype: 'toString' }), 4), /dtype "toString"/],
  'a negative side': [file(one({ shape: [-1] }), 4), /shape \[-1\]/],
  'a broken side': [file(one({ shape: [1.5] }), 4), /shape \[1.5\]/],
  'a shape whose size overflows': [file(one({ shape: [2 ** 40, 2 ** 40] }), 4), /4 bytes for F32/],
  'a size that does not fit its shape': [file(one({ shape: [2] }), 4), /4 bytes for F32 of shape \[2\]/],
  'backward offsets': [file(one({ data_offsets: [4, 0] }), 4), /-4 bytes/],
  'three offsets': [file(one({ data_offsets: [0, 4, 8] }), 8), /data_offsets \[0,4,8\]/],
  'offsets beyond the file': [file(one({}), 3), /4 bytes described, 3 present/],
  'bytes that belong to nobody at the end': [file(one({}), 5), /4 bytes described, 5 present/],
  'a gap': [file(two([0, 4], [8, 12]), 12), /from byte 8 where 4 is next/],
  'an overlap': [file(two([0, 4], [0, 4]), 4), /from byte 0 where 4 is next/],
  'metadata that is not text': [file({ __metadata__: { steps: 3 } }), /__metadata__/],
  'an entry that is not an object': [file({ w: 3 }), /not an object/],
};
for (const [what, [bytes, reason]] of Object.entries(bad)) {
  test(`refuses ${what}`, () => {
    const read = () => decodeSafetensors(bytes, 'bad.safetensors');
    expect(read).toThrow(reason);
    expect(read).toThrow(expect.objectContaining({ code: 'FSAE_CHECKPOINT_SAFETENSORS' }));
  });
}

test('a tensor named __proto__ is a tensor', () => {
  const bytes = file('{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 4);
  const { arrays } = decodeSafetensors(bytes, 'x');
  expect(Object.keys(arrays)).toEqual(['__proto__']);
  expect(Object.getPrototypeOf(arrays)).toBe(Object.prototype);
});

test('any damaged file is read or refused, never anything else', () => {
  const good = fixture('written');
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), fc.nat(good.length), (at, flip, end) => {
      const damaged = good.slice(0, Math.max(at + 1, end));
      damaged[at] = (damaged[at] as number) ^ flip;
      try {
        decodeSafetensors(damaged, 'x');
      } catch (error) {
        expect(isFsaeError(error)).toBe(true);
      }
    }),
    { numRuns: 2000 },
  );
});

test('refuses to write arrays that do not fill their shape', () => {
  const short = { w: { shape: [3], dtype: 'float32', data: new Float32Array(2) } } as const;
  expect(() => encodeSafetensors(short)).toThrow(expect.objectContaining({ code: 'FSAE_CHECKPOINT_STATE' }));
  const mistyped = { w: { shape: [2], dtype: 'int32', data: new Float32Array(2) } } as const;
  expect(() => encodeSafetensors(mistyped)).toThrow(expect.objectContaining({ code: 'FSAE_CHECKPOINT_STATE' }));
});
