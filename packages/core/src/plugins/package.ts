import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface PackageInfo {
  readonly name: string;
  readonly version: string | null;
  readonly folder: string;
}

/** The package that a file belongs to: the nearest package.json above it that has a name. */
export async function packageOf(file: string): Promise<PackageInfo | undefined> {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined);
    const { name, version } = text === undefined ? {} : (JSON.parse(text) as { name?: string; version?: string });
    if (name !== undefined) return { name, version: version ?? null, folder };
    if (folder === dirname(folder)) return undefined;
  }
}

/** The version of the core that runs. */
export async function coreVersion(): Promise<string> {
  return (await packageOf(fileURLToPath(import.meta.url)))?.version ?? 'of unknown version';
}
