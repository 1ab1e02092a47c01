import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { mediaError, reasonOf } from '../errors.js';
import type { Photo } from './photo.js';

export type PictureFormat = 'png' | 'jpg' | 'webp';

/** A picture about to be encoded. */
export function toSharp({ picture: { width, height, data }, alpha }: Photo): Sharp {
  const picture = sharp(data, { raw: { width, height, channels: 3 } });
  return alpha === undefined
    ? picture
    : picture.joinChannel(Buffer.from(alpha), { raw: { width, height, channels: 1 } });
}

export function encode(picture: Sharp, format: PictureFormat): Sharp {
  if (format === 'jpg')
    return picture.flatten({ background: '#000' }).jpeg({ quality: 95, chromaSubsampling: '4:4:4' });
  return format === 'webp' ? picture.webp({ quality: 95 }) : picture.png();
}

/**
 * Writes a file as a whole or not at all; folders are made.
 * @throws FSAE_MEDIA_OUTPUT
 */
export async function writeWhole(path: string, bytes: Uint8Array | string): Promise<void> {
  await whole(path, (temporary) => writeFile(temporary, bytes));
}

/**
 * Copies a file as it is, as a whole or not at all; folders are made.
 * @throws FSAE_MEDIA_OUTPUT
 */
export async function copyWhole(from: string, path: string): Promise<void> {
  await whole(path, (temporary) => copyFile(from, temporary));
}

async function whole(path: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${path}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await write(temporary);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw mediaError('FSAE_MEDIA_OUTPUT', { path, reason: reasonOf(error) }, error);
  }
}
