import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { THUMBNAIL } from './alignment.js';
import { BadFileError } from './bad-file.js';
import {
  beginsAsPicture,
  centredSquare,
  decodePicture,
  type PictureSize,
  readPictureSize,
  type Square,
} from './picture.js';

/** Sides shorter than this cannot show a face, only cost the user a puzzling run. */
const SMALLEST = 16;

/** A picture that was read and decoded in full. */
export interface ReadPicture {
  /** SHA-256 of the file's bytes, hex. */
  readonly hash: string;
  readonly size: PictureSize;
  readonly square: Square;
  readonly thumbnail: Uint8Array;
}

export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new BadFileError('FSAE_DATA_FILE_UNREADABLE', path, reasonOf(error));
  }
}

/** What the system says, in words: EACCES alone helps nobody. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const known: Readonly<Record<string, string>> = {
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    ENOENT: 'there is no such file (a link that leads nowhere?)',
    ELOOP: 'a link that leads to itself',
    EISDIR: 'is a folder',
  };
  return known[code ?? ''] ?? message;
}

/**
 * Decodes a picture in full, small: a file that is cut off shows only then.
 *
 * @throws BadFileError
 */
export async function readPicture(path: string): Promise<ReadPicture> {
  const bytes = await readBytes(path);
  const size = await decoding(path, bytes, () => readPictureSize(bytes));
  if (Math.min(size.width, size.height) < SMALLEST) {
    throw new BadFileError('FSAE_DATA_PICTURE_TOO_SMALL', path, `${size.width}x${size.height} pixels`);
  }
  const square = centredSquare(size);
  const thumbnail = await decoding(path, bytes, () => decodePicture(bytes, square, THUMBNAIL));
  return { hash: hashOf(bytes), size, square, thumbnail };
}

/** Names what sharp complains of: a picture that is damaged, or a file that never was one. */
export async function decoding<T>(path: string, bytes: Uint8Array, decode: () => Promise<T>): Promise<T> {
  try {
    return await decode();
  } catch (error) {
    if (bytes.length === 0) throw new BadFileError('FSAE_DATA_NOT_A_PICTURE', path, 'empty file');
    const reason = (error as Error).message.split('\n')[0]!;
    throw new BadFileError(
      beginsAsPicture(bytes) ? 'FSAE_DATA_PICTURE_DAMAGED' : 'FSAE_DATA_NOT_A_PICTURE',
      path,
      reason,
    );
  }
}

export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
