// As much of CBOR (RFC 8949) as a signature needs: definite lengths, in the order given.

export const unsigned = (value: number) => head(0, value);
/** -1 - value: COSE numbers its algorithms below zero. */
export const negative = (value: number) => head(1, -1 - value);
export const bytes = (value: Uint8Array) => Buffer.concat([head(2, value.length), value]);
export const text = (value: string) => Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
export const list = (...items: readonly Uint8Array[]) => Buffer.concat([head(4, items.length), ...items]);
export const map = (...entries: readonly (readonly [key: Uint8Array, value: Uint8Array])[]) =>
  Buffer.concat([head(5, entries.length), ...entries.flat()]);
export const tagged = (tag: number, value: Uint8Array) => Buffer.concat([head(6, tag), value]);
export const nothing = Buffer.from([0xf6]);

function head(major: number, value: number): Buffer {
  const first = major << 5;
  if (value < 24) return Buffer.from([first | value]);
  if (value < 0x100) return Buffer.from([first | 24, value]);
  if (value < 0x10000) return Buffer.from([first | 25, value >> 8, value & 0xff]);
  const long = Buffer.alloc(5);
  long[0] = first | 26;
  long.writeUInt32BE(value, 1);
  return long;
}
