import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Source } from './source.js';

/** Where a network lies once it is here, and the hash it must have, if one is known. */
export interface Located {
  readonly file: string;
  readonly sha256?: string;
}

/** What is kept beside a fetched network. */
export interface Record {
  readonly source: string;
  readonly manifest: string;
  readonly sha256: string;
}

export const RECORD = 'source.json';

/** Of the project: `fsae models add` puts networks there, and they may be committed. */
export const projectModels = (root: string): string => join(root, '.fsae', 'models');
/** Of the user: what was fetched on first use. */
export const cachedModels = (cacheDir: string): string => join(cacheDir, 'models');

/** A network's folder: the catalogue's name, or its address as a folder's name. */
export function folderName({ text }: Source): string {
  return text.replace(/#sha256=.*$/, '').replaceAll(/[^\w.@-]+/g, '-');
}

/** Writes a fetched network as a whole or not at all: a folder that appears under its name. */
export async function store(folder: string, record: Record, files: ReadonlyMap<string, Uint8Array>): Promise<string> {
  const temporary = `${folder}.${process.pid}.tmp`;
  await rm(temporary, { recursive: true, force: true });
  for (const [name, bytes] of files) {
    const file = resolve(temporary, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
  await writeFile(join(temporary, RECORD), `${JSON.stringify(record, null, 2)}\n`);
  await rm(folder, { recursive: true, force: true });
  await rename(temporary, folder).catch(async (error: unknown) => {
    // Another process was quicker, with the same files.
    await rm(temporary, { recursive: true, force: true });
    if (!existsSync(join(folder, RECORD))) throw error;
  });
  return join(folder, record.manifest);
}
