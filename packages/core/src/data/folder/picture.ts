import type { Sharp } from 'sharp';

/** The largest centred square of a picture, in its pixels. */
export interface Square {
  readonly left: number;
  readonly top: number;
  readonly side: number;
}

/** Width and height as the picture is shown: EXIF orientation applied. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

export function centredSquare({ width, height }: PictureSize): Square {
  const side = Math.min(width, height);
  return { left: Math.floor((width - side) / 2), top: Math.floor((height - side) / 2), side };
}

/** Reads the header only. Throws what sharp throws. */
export async function readPictureSize(bytes: Uint8Array): Promise<PictureSize> {
  const { autoOrient } = await (await open(bytes)).metadata();
  return autoOrient;
}

/** RGB bytes, size * size * 3: upright, its centred square, sRGB of 8 bit, transparency on black. Throws what sharp throws. */
export async function decodePicture(bytes: Uint8Array, square: Square, size: number): Promise<Uint8Array> {
  const picture = (await openSquare(bytes, square, size)).flatten({ background: '#000' }).toColourspace('srgb');
  return picture.raw({ depth: 'uchar' }).toBuffer();
}

/** Grey bytes, size * size, of the same square. */
export async function decodeMask(bytes: Uint8Array, square: Square, size: number): Promise<Uint8Array> {
  const mask = (await openSquare(bytes, square, size)).flatten({ background: '#000' }).toColourspace('b-w');
  return mask.extractChannel(0).raw({ depth: 'uchar' }).toBuffer();
}

// Shrinking while a JPEG loads is faster but moves pixels by parts of one, and landmarks would not fit any more.
async function openSquare(bytes: Uint8Array, { left, top, side }: Square, size: number): Promise<Sharp> {
  return (await open(bytes))
    .autoOrient()
    .extract({ left, top, width: side, height: side })
    .resize(size, size, { fit: 'fill', kernel: 'lanczos3', fastShrinkOnLoad: false });
}

// Loaded on first use: whoever imports @fsae/core for its types and define* functions must not pay for libvips.
async function open(bytes: Uint8Array): Promise<Sharp> {
  const { default: sharp } = await import('sharp');
  return sharp(bytes, { failOn: 'error' });
}

const SIGNATURES: readonly (readonly [offset: number, text: string])[] = [
  [0, '\xff\xd8\xff'],
  [0, '\x89PNG'],
  [0, 'GIF8'],
  [8, 'WEBP'],
  [0, 'II*\0'],
  [0, 'MM\0*'],
  [4, 'ftyp'],
];

/** Does a file begin as a picture does? Tells a damaged picture from a text file of that name. */
export function beginsAsPicture(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 16)).toString('latin1');
  return SIGNATURES.some(([offset, text]) => head.startsWith(text, offset));
}
