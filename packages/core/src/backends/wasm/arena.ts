import { allocatorOf, type BackendWasm, memoryOf } from './heap.js';

interface Block {
  readonly address: number;
  readonly bytes: number;
}

/** Numbers that lie in the heap. */
export interface HeapTable<About> extends Block {
  readonly about: About;
}

/** Numbers for the heap and what JavaScript has to know about them. */
export interface Numbers<About> {
  readonly values: Int32Array;
  readonly about: About;
}

/** Most memory that tables of shapes may take before the ones unused for longest go. */
const LIMIT = 96 * 2 ** 20;

/**
 * Memory of the kernels' own in the heap of the backend: scratch space that only grows to the largest need, and tables of
 * numbers that depend on shapes alone and are computed once.
 */
export class Arena {
  private readonly scratch = new Map<string, Block>();
  private readonly tables = new Map<string, HeapTable<unknown>>();
  private tableBytes = 0;

  constructor(
    private readonly backend: BackendWasm,
    private readonly limit = LIMIT,
  ) {}

  /** At least so many bytes, the same ones at every call under this name; what they hold is anybody's. */
  reserve(name: string, bytes: number): number {
    const present = this.scratch.get(name);
    if (present !== undefined && present.bytes >= bytes) return present.address;
    if (present !== undefined) this.free(present);
    const fresh = this.allocate(bytes);
    this.scratch.set(name, fresh);
    return fresh.address;
  }

  /** As many zeros, read only. */
  zeros(bytes: number): number {
    const before = this.scratch.get('zeros');
    const address = this.reserve('zeros', bytes);
    if (this.scratch.get('zeros') !== before) new Uint8Array(memoryOf(this.backend).buffer, address, bytes).fill(0);
    return address;
  }

  /**
   * The numbers that `compute` returns, in the heap, with what it says about them. Valid until the next call: a table
   * that is not used may be dropped.
   */
  table<About>(key: string, compute: () => Numbers<About>): HeapTable<About> {
    const present = this.tables.get(key) as HeapTable<About> | undefined;
    if (present !== undefined) {
      // The order of a Map is that of insertion: the last used comes last.
      this.tables.delete(key);
      this.tables.set(key, present);
      return present;
    }
    const { values, about } = compute();
    for (const [oldest, table] of this.tables) {
      if (this.tableBytes + values.byteLength <= this.limit) break;
      this.tables.delete(oldest);
      this.tableBytes -= table.bytes;
      this.free(table);
    }
    const table = { ...this.allocate(values.byteLength), about };
    new Int32Array(memoryOf(this.backend).buffer, table.address, values.length).set(values);
    this.tables.set(key, table);
    this.tableBytes += table.bytes;
    return table;
  }

  private allocate(bytes: number): Block {
    const size = Math.max(bytes, 16);
    return { address: allocatorOf(this.backend)._malloc(size) >>> 0, bytes: size };
  }

  private free({ address }: Block): void {
    allocatorOf(this.backend)._free(address);
  }
}
