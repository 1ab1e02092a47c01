import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { onTestFinished } from 'vitest';
import type { Dataset, DatasetContext } from '../../src/contracts/index.js';
import { folder } from '../../src/data/folder.js';

export type Content = string | Uint8Array | Promise<Uint8Array>;

/** Writes files into a new folder that goes when the test ends; gives its path. */
export async function folderOf(files: Readonly<Record<string, Content>>): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), 'fsae-folder-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), await content);
  }
  return root;
}

export interface Opened {
  readonly dataset: Dataset;
  readonly info: string[];
  readonly warnings: string[];
}

/** The dataset `folder` of a path, not prepared yet, and what it tells its user. */
export function openFolder(
  path: string,
  options: { groups?: 'file-name' | 'none' } = {},
  signal: AbortSignal = new AbortController().signal,
): Opened {
  const said = { info: [] as string[], warnings: [] as string[] };
  const context: DatasetContext = {
    identity: 'src',
    position: 0,
    root: dirname(path),
    seed: 1,
    cacheDir: path,
    signal,
    logger: { info: (message) => said.info.push(message), warn: (message) => said.warnings.push(message) },
    variable: () => {
      throw new Error('a folder has no variables');
    },
  };
  return { dataset: folder.create({ path, groups: 'file-name', ...options }, context), ...said };
}

/** A plain picture of one colour. */
export function plain(colour = '#c08060', width = 32, height = width): Sharp {
  return sharp({ create: { width, height, channels: 3, background: colour } });
}

export function png(colour?: string, width?: number, height?: number): Promise<Buffer> {
  return plain(colour, width, height).png().toBuffer();
}
