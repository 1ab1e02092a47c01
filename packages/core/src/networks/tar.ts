const BLOCK = 512;

/**
 * Files of a tar archive whose path `wants` accepts, from its bytes in any pieces: ustar, with paths of pax headers,
 * which is what npm packs. Only what is wanted is held in memory.
 */
export async function readTar(
  pieces: AsyncIterable<Uint8Array>,
  wants: (path: string) => boolean,
): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const bytes = new Pieces(pieces);
  let longPath: string | undefined;
  for (;;) {
    const header = await bytes.take(BLOCK);
    // The archive ends with blocks of zeros.
    if (header === undefined || header[0] === 0) return files;
    const size = Number.parseInt(textAt(header, 124, 12), 8) || 0;
    const type = textAt(header, 156, 1);
    const prefix = textAt(header, 345, 155);
    const path = longPath ?? (prefix === '' ? '' : `${prefix}/`) + textAt(header, 0, 100);
    const padding = (BLOCK - (size % BLOCK)) % BLOCK;
    const isFile = type === '0' || type === '';
    longPath = undefined;
    if (type === 'x') longPath = paxPath(await bytes.some(size));
    else if (isFile && wants(path)) files.set(path, await bytes.some(size));
    else await bytes.skip(size);
    await bytes.skip(padding);
  }
}

function textAt(header: Buffer, offset: number, length: number): string {
  const field = header.toString('utf8', offset, offset + length);
  const end = field.indexOf('\0');
  return (end < 0 ? field : field.slice(0, end)).trim();
}

/** Records of "LENGTH key=value\n". */
function paxPath(records: Buffer): string | undefined {
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(records.toString('utf8'))?.[1];
}

/** A stream of bytes read in amounts of the reader's choice. */
class Pieces {
  readonly #source: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** undefined at the end of the stream. */
  async take(length: number): Promise<Buffer | undefined> {
    const parts: Uint8Array[] = [];
    let missing = length;
    while (missing > 0) {
      const part = await this.#next(missing);
      if (part === undefined && parts.length === 0) return undefined;
      if (part === undefined) throw new Error('the archive is cut off');
      parts.push(part);
      missing -= part.length;
    }
    return Buffer.concat(parts);
  }

  async some(length: number): Promise<Buffer> {
    const taken = await this.take(length);
    if (taken === undefined) throw new Error('the archive is cut off');
    return taken;
  }

  async skip(length: number): Promise<void> {
    for (let missing = length; missing > 0; ) {
      const part = await this.#next(missing);
      if (part === undefined) throw new Error('the archive is cut off');
      missing -= part.length;
    }
  }

  async #next(most: number): Promise<Uint8Array | undefined> {
    while (this.#rest.length === 0) {
      const { value, done } = await this.#source.next();
      if (done === true) return undefined;
      this.#rest = value;
    }
    const part = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(part.length);
    return part;
  }
}
