import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MediaRequest } from '@fsae/core';
import sharp from 'sharp';
import { onTestFinished } from 'vitest';
import type { Raster } from '../src/contracts.js';

export async function folderOfTest(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fsae-media-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export const fromRaster = ({ width, height, data }: Raster) => sharp(data, { raw: { width, height, channels: 3 } });

export async function writePng(picture: Raster, path: string): Promise<string> {
  await fromRaster(picture).png().toFile(path);
  return path;
}

/** What a command is given by whoever runs it; remembers what was said. */
export function attendance(cwd: string): Omit<MediaRequest, 'inputs' | 'out'> & { readonly said: string[] } {
  const said: string[] = [];
  const say = (message: string) => void said.push(message);
  return { cwd, cacheDir: cwd, logger: { info: say, warn: say }, signal: new AbortController().signal, said };
}
