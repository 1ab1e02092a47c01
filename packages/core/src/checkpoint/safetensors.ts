import { fsaeError } from '../errors/catalogue.js';

/** Values in row-major order; `data.length` is the product of `shape` (1 for a scalar's empty shape). */
interface NamedArray {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
  readonly data: Float32Array | Int32Array;
}
export type NamedArrays = Readonly<Record<string, NamedArray>>;

export interface Safetensors {
  readonly arrays: NamedArrays;
  readonly metadata: Readonly<Record<string, string>>;
}

interface Entry {
  readonly name: string;
  readonly dtype: keyof typeof BYTES;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

const BYTES = { F32: 4, I32: 4, F16: 2 } as const;
/** The limit of the reference implementation. */
const MAX_HEADER = 100_000_000;

/**
 * The bytes of a safetensors file as chunks to be written one after the other; the tensors' chunks are views of the
 * arrays, not copies. Order and padding are those of the reference implementation (F32 before I32, then by name), so
 * that the same arrays always give the same bytes. Node runs on little-endian machines, the byte order of the format.
 * Format: https://huggingface.co/docs/safetensors
 */
export function encodeSafetensors(arrays: NamedArrays, metadata: Readonly<Record<string, string>> = {}): Uint8Array[] {
  const entries = Object.entries(arrays).sort(
    ([nameA, a], [nameB, b]) =>
      Number(a.dtype === 'int32') - Number(b.dtype === 'int32') ||
      Buffer.compare(Buffer.from(nameA), Buffer.from(nameB)),
  );
  const header: [string, unknown][] = Object.keys(metadata).length > 0 ? [['__metadata__', metadata]] : [];
  const chunks: Uint8Array[] = [];
  let offset = 0;
  for (const [name, { shape, dtype, data }] of entries) {
    const size = shape.reduce((product, side) => product * side, 1);
    if (name === '__metadata__' || size !== data.length || data instanceof Float32Array !== (dtype === 'float32')) {
      throw fsaeError('FSAE_CHECKPOINT_STATE', {
        part: `the array ${JSON.stringify(name)}`,
        reason: `${data.length} values in ${data.constructor.name} for shape [${shape}] of ${dtype}`,
      });
    }
    const end = offset + data.byteLength;
    header.push([name, { dtype: dtype === 'float32' ? 'F32' : 'I32', shape, data_offsets: [offset, end] }]);
    chunks.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    offset = end;
  }
  // Not through an object: it would move names like '0' to the front.
  const fields = header.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  const text = Buffer.from(`{${fields.join(',')}}`);
  const padded = Buffer.alloc(8 + Math.ceil(text.length / 8) * 8, ' ');
  padded.writeBigUInt64LE(BigInt(padded.length - 8));
  text.copy(padded, 8);
  return [padded, ...chunks];
}

/**
 * Reads a safetensors file from memory; F16 is widened to float32. Nothing in the file is trusted: sizes, offsets,
 * types and names are checked, and every byte must belong to exactly one tensor. Arrays are views of `bytes` where
 * alignment allows. Throws FSAE_CHECKPOINT_SAFETENSORS, naming `file`.
 */
export function decodeSafetensors(bytes: Uint8Array, file: string): Safetensors {
  const refuse = (reason: string) => fsaeError('FSAE_CHECKPOINT_SAFETENSORS', { file, reason });
  if (bytes.length < 8) throw refuse(`${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = view.getBigUint64(0, true);
  if (headerLength > MAX_HEADER || headerLength > bytes.length - 8) {
    throw refuse(`a header of ${headerLength} bytes in a file of ${bytes.length}`);
  }
  const dataStart = 8 + Number(headerLength);
  const header = parseObject(bytes.subarray(8, dataStart));
  if (header === undefined) throw refuse('a header that is not a JSON object');

  const { __metadata__: metadata = {}, ...described } = header;
  if (!isObject(metadata) || Object.values(metadata).some((value) => typeof value !== 'string')) {
    throw refuse('__metadata__ that is not a map of strings');
  }
  const entries = Object.entries(described).map(([name, entry]) => {
    const checked = checkEntry(name, entry);
    if (typeof checked === 'string') throw refuse(`tensor ${JSON.stringify(name)} with ${checked}`);
    return checked;
  });

  // Empty tensors share their begin with the next one: they come first.
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== covered) throw refuse(`tensor ${JSON.stringify(name)} from byte ${begin} where ${covered} is next`);
    covered = end;
  }
  if (covered !== bytes.length - dataStart) {
    throw refuse(`${covered} bytes described, ${bytes.length - dataStart} present`);
  }

  const data = bytes.subarray(dataStart);
  return {
    // fromEntries defines properties, so a tensor named __proto__ stays a tensor.
    arrays: Object.fromEntries(entries.map((entry) => [entry.name, toArray(entry, data)])),
    metadata: metadata as Record<string, string>,
  };
}

/** What is wrong with an entry, or the entry. */
function checkEntry(name: string, entry: unknown): Entry | string {
  if (!isObject(entry)) return `a description that is not an object`;
  const { dtype, shape, data_offsets: offsets } = entry;
  if (dtype !== 'F32' && dtype !== 'I32' && dtype !== 'F16') return `dtype ${JSON.stringify(dtype)}`;
  if (!isSizes(shape)) return `shape ${JSON.stringify(shape)}`;
  if (!isSizes(offsets) || offsets.length !== 2) return `data_offsets ${JSON.stringify(offsets)}`;
  const [begin = 0, end = 0] = offsets;
  const size = shape.reduce((product, side) => product * side, BYTES[dtype]);
  if (end - begin !== size) return `${end - begin} bytes for ${dtype} of shape [${shape}]`;
  return { name, dtype, shape, begin, end };
}

function toArray({ dtype, shape, begin, end }: Entry, data: Uint8Array): NamedArray {
  // A typed array must start at a multiple of its element; a foreign file may not. (Buffer's slice does not copy.)
  const view = data.subarray(begin, end);
  const raw = view.byteOffset % BYTES[dtype] === 0 ? view : new Uint8Array(view);
  const place = [raw.buffer, raw.byteOffset, raw.byteLength / BYTES[dtype]] as const;
  if (dtype === 'I32') return { shape, dtype: 'int32', data: new Int32Array(...place) };
  if (dtype === 'F32') return { shape, dtype: 'float32', data: new Float32Array(...place) };
  return { shape, dtype: 'float32', data: Float32Array.from(new Uint16Array(...place), widen) };
}

/** IEEE 754 binary16 to a number. */
function widen(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function parseObject(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((side) => Number.isSafeInteger(side) && side >= 0);
}
