import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import type { Raster } from '../contracts.js';
import { mediaError, reasonOf } from '../errors.js';

/** A picture as it is shown: upright, sRGB of 8 bit, the first one of an animation. */
export interface Photo {
  readonly picture: Raster;
  /** Opacity of each pixel, 0..255, where the picture has some. */
  readonly alpha?: Uint8Array;
}

/**
 * Reads what sharp reads: jpg, png, webp, avif, tiff, gif, svg; grey, CMYK, palettes and 16 bit become sRGB.
 * @throws FSAE_MEDIA_PICTURE when it cannot be read, is no picture, or is cut off
 */
export async function readPhoto(path: string): Promise<Photo> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw mediaError('FSAE_MEDIA_PICTURE', { path, reason: reasonOf(error) }, error);
  }
  return decodePhoto(bytes, path);
}

/** Of the file's bytes; `path` is for messages. */
export async function decodePhoto(bytes: Uint8Array, path: string): Promise<Photo> {
  if (bytes.length === 0) throw mediaError('FSAE_MEDIA_PICTURE', { path, reason: 'an empty file' });
  try {
    const { data, info } = await sharp(bytes, { failOn: 'error' })
      .autoOrient()
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return split(data, info);
  } catch (error) {
    throw mediaError('FSAE_MEDIA_PICTURE', { path, reason: reasonOf(error) }, error);
  }
}

function split(
  data: Buffer,
  { width, height, channels }: { readonly width: number; readonly height: number; readonly channels: number },
): Photo {
  if (channels === 3)
    return { picture: { width, height, data: new Uint8Array(data.buffer, data.byteOffset, data.length) } };
  const colours = channels >= 3 ? 3 : 1;
  const rgb = new Uint8Array(width * height * 3);
  const alpha = channels === colours ? undefined : new Uint8Array(width * height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) rgb[3 * i + c] = data[i * channels + Math.min(c, colours - 1)]!;
    if (alpha) alpha[i] = data[i * channels + colours]!;
  }
  return { picture: { width, height, data: rgb }, ...(alpha ? { alpha } : {}) };
}
