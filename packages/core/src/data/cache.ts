/** Keeps what was read last, up to a number of bytes; what is being read counts when it has arrived. */
export class Cache<T> {
  readonly #entries = new Map<string, { readonly value: Promise<T>; bytes: number }>();
  readonly #limit: number;
  readonly #sizeOf: (value: T) => number;
  #bytes = 0;
  #largest = 0;

  constructor(limit: number, sizeOf: (value: T) => number) {
    this.#limit = limit;
    this.#sizeOf = sizeOf;
  }

  /** Would one more push another one out? */
  get full(): boolean {
    return this.#bytes + this.#largest > this.#limit;
  }

  /** The value of `key`, read once however many ask for it at a time. A failure is not kept. */
  get(key: string, read: () => Promise<T>): Promise<T> {
    const known = this.#entries.get(key);
    if (known) {
      // A Map remembers insertion order: the one asked for last goes to the end, the first is the oldest.
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return known.value;
    }
    const entry = { value: read(), bytes: 0 };
    this.#entries.set(key, entry);
    entry.value.then(
      (value) => this.#arrived(key, entry, this.#sizeOf(value)),
      () => this.#forget(key, entry),
    );
    return entry.value;
  }

  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }

  #arrived(key: string, entry: { bytes: number }, bytes: number): void {
    if (this.#entries.get(key) !== entry) return;
    entry.bytes = bytes;
    this.#bytes += bytes;
    this.#largest = Math.max(this.#largest, bytes);
    for (const [oldest, { bytes: size }] of this.#entries) {
      if (this.#bytes <= this.#limit) return;
      this.#entries.delete(oldest);
      this.#bytes -= size;
    }
  }

  #forget(key: string, entry: { bytes: number }): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
  }
}
