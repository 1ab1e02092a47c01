import { onnxError } from './errors.js';
import type { NativeType, Numbers } from './node.js';

/**
 * Arrays that died and may be filled again. A step asks for the same sizes every time, so exact sizes suffice; the
 * byte limit keeps a program that changes its shapes from hoarding, the oldest arrays leave first.
 */
export class Pool {
  private readonly free = new Map<string, Numbers[]>();
  private bytes = 0;

  constructor(private readonly limit = 512 * 2 ** 20) {}

  take(dtype: NativeType, size: number): Numbers {
    const found = this.free.get(`${dtype}${size}`)?.pop();
    if (found === undefined) return allocate(dtype, size);
    this.bytes -= found.byteLength;
    return found;
  }

  give(dtype: NativeType, values: Numbers): void {
    if (values.byteLength > this.limit) return;
    const key = `${dtype}${values.length}`;
    let list = this.free.get(key);
    if (list === undefined) {
      list = [];
    } else {
      // Map keeps insertion order: a size in use moves to the end and is dropped last.
      this.free.delete(key);
    }
    this.free.set(key, list);
    list.push(values);
    this.bytes += values.byteLength;
    for (const [oldest, arrays] of this.free) {
      if (this.bytes <= this.limit) break;
      for (const array of arrays) this.bytes -= array.byteLength;
      this.free.delete(oldest);
    }
  }

  clear(): void {
    this.free.clear();
    this.bytes = 0;
  }
}

export function allocate(dtype: NativeType, size: number): Numbers {
  try {
    if (dtype === 'float32') return new Float32Array(size);
    return dtype === 'int32' ? new Int32Array(size) : new Uint8Array(size);
  } catch (error) {
    const bytes = dtype === 'bool' ? size : size * 4;
    throw onnxError('FSAE_ONNX_OUT_OF_MEMORY', { bytes, purpose: `a tensor of ${size} values` }, error);
  }
}
