import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '../read/write.js';
import type { Settings } from './settings.js';

/** Hidden: who reads a folder of faces passes it over. */
const FILE = '.fsae-extract.json';

export const REASONS = ['no face', 'small', 'somebody else', 'blurred', 'duplicate', 'unreadable'] as const;
export type Reason = (typeof REASONS)[number];

/** A face, a frame or a file that was left out. */
export interface LeftOut {
  readonly reason: Reason;
  /** Of a film. */
  readonly frame?: number;
  /** Size in pixels, distance, sharpness, the face that it is a copy of, or what is wrong with the file. */
  readonly because?: number | string;
}

export interface WrittenFace {
  /** File name without ending. */
  readonly name: string;
  readonly sharpness: number;
  /** Grey levels, base64. */
  readonly thumbnail: string;
}

/** What came of a photograph or a film. */
export interface SourceRecord {
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly modified: number;
  readonly settings: Settings;
  /** Pictures that were looked at. */
  readonly frames: number;
  readonly faces: readonly WrittenFace[];
  readonly leftOut: readonly LeftOut[];
  /** Of a film that was stopped: the frame to go on at. */
  readonly next?: number;
}

/** What a folder of faces was made of, by source. */
export class ExtractionRecord {
  readonly #folder: string;
  readonly #sources: Map<string, SourceRecord>;

  private constructor(folder: string, sources: Map<string, SourceRecord>) {
    this.#folder = folder;
    this.#sources = sources;
  }

  /** Of an earlier run, or empty. One that cannot be read is begun anew: everything is done again then. */
  static async open(folder: string): Promise<ExtractionRecord> {
    const text = await readFile(join(folder, FILE), 'utf8').catch(() => '{}');
    let sources: Record<string, SourceRecord> = {};
    try {
      sources = (JSON.parse(text) as { sources?: Record<string, SourceRecord> }).sources ?? {};
    } catch {}
    return new ExtractionRecord(folder, new Map(Object.entries(sources)));
  }

  get sources(): ReadonlyMap<string, SourceRecord> {
    return this.#sources;
  }

  /** The faces that are there: whoever looked at them may have deleted some, which stay deleted. */
  async present(): Promise<readonly (WrittenFace & { readonly format: Settings['format'] })[]> {
    const files = new Set(await readdir(this.#folder).catch(() => []));
    return [...this.#sources.values()].flatMap(({ faces, settings: { format } }) =>
      faces.filter(({ name }) => files.has(`${name}.${format}`)).map((face) => ({ ...face, format })),
    );
  }

  /** What was done of a file as it is now and under these settings: all of it, or what is before `next`. */
  async known(source: string, path: string, settings: Settings): Promise<SourceRecord | undefined> {
    const known = this.#sources.get(source);
    if (known === undefined || JSON.stringify(known.settings) !== JSON.stringify(settings)) return undefined;
    const { bytes, modified } = await stampOf(path);
    return known.bytes === bytes && known.modified === modified ? known : undefined;
  }

  async add(source: string, done: SourceRecord): Promise<void> {
    this.#sources.set(source, done);
    await writeWhole(
      join(this.#folder, FILE),
      JSON.stringify({ version: 1, sources: Object.fromEntries(this.#sources) }),
    );
  }

  /** Deletes the faces of a source that is to be done again. */
  async forget(source: string): Promise<void> {
    const known = this.#sources.get(source);
    if (known === undefined) return;
    for (const { name } of known.faces) {
      const endings = [`.${known.settings.format}`, '.json', '.mask.png'];
      for (const ending of endings) await rm(join(this.#folder, name + ending), { force: true });
    }
    this.#sources.delete(source);
  }

  /** Deletes the faces of a film that nobody wrote down: the run was killed before it could. */
  async forgetLost(film: string): Promise<void> {
    const recorded = new Set([...this.#sources.values()].flatMap(({ faces }) => faces.map(({ name }) => name)));
    for (const file of await readdir(this.#folder).catch(() => [])) {
      if (!file.startsWith(`${film}_`)) continue;
      const [, rest] = /^(\d{6,}(?:-\d+)?)\.(?:png|jpg|json|mask\.png)$/.exec(file.slice(film.length + 1)) ?? [];
      if (rest !== undefined && !recorded.has(`${film}_${rest}`)) await rm(join(this.#folder, file), { force: true });
    }
  }
}

/** What tells whether a file changed. */
export async function stampOf(path: string): Promise<Pick<SourceRecord, 'bytes' | 'modified'>> {
  const { size, mtimeMs } = await stat(path);
  return { bytes: size, modified: Math.round(mtimeMs) };
}
