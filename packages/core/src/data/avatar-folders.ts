import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Avatar, person } from '@fsae/avatars';
import { avatarsOf, idOf } from './avatars.js';
import type { Sidecar } from './folder/sidecar.js';
import { inParallel } from './parallel.js';

export interface AvatarFolder {
  /** Made if it is missing. */
  readonly dir: string;
  /** Which synthetic person, from 1 on. */
  readonly person: number;
  readonly count: number;
  /** Side of the pictures in pixels. */
  readonly size: number;
  readonly seed: number;
}

/** Faces drawn side by side: libuv has four threads. */
const WIDTH = 8;

/**
 * Writes the faces that the dataset `avatars` has for this person and seed as a folder that the dataset `folder` reads:
 * for each face a picture `<name>.png`, its mask `<name>.mask.png`, and `<name>.json` with landmarks, group and mask.
 *
 * @returns the pictures' paths, in the dataset's order.
 * @throws RangeError when `person` is not a whole number from 1 on; what node:fs throws when the folder cannot be written.
 */
export async function writeAvatarFolder({ dir, person: number, count, size, seed }: AvatarFolder): Promise<string[]> {
  const shown = person(number);
  const avatarAt = avatarsOf(number, seed);
  await mkdir(dir, { recursive: true });
  const indices = Array.from({ length: count }, (_, index) => index);
  return inParallel(indices, WIDTH, (index) => writeFace(dir, idOf(shown, index), avatarAt(index), size));
}

async function writeFace(dir: string, name: string, it: Avatar, size: number): Promise<string> {
  const picture = join(dir, `${name}.png`);
  const mask = `${name}.mask.png`;
  const sidecar: Sidecar = { landmarks: pairsOf(it.landmarks), group: name, mask };
  const [image, maskBytes] = await Promise.all([it.image(size), it.mask(size)]);
  await Promise.all([
    writePng(picture, image, size, 3),
    writePng(join(dir, mask), maskBytes, size, 1),
    writeFile(join(dir, `${name}.json`), `${JSON.stringify(sidecar)}\n`),
  ]);
  return picture;
}

async function writePng(path: string, bytes: Uint8Array, size: number, channels: 1 | 3): Promise<void> {
  const { default: sharp } = await import('sharp');
  await sharp(bytes, { raw: { width: size, height: size, channels } })
    .png()
    .toFile(path);
}

/** A hundred-thousandth of the picture is finer than any picture's pixels, and keeps the files short. */
function pairsOf(landmarks: Float32Array): [number, number][] {
  const short = (value: number) => Math.round(value * 1e5) / 1e5;
  return Array.from({ length: landmarks.length / 2 }, (_, i) => [
    short(landmarks[2 * i] as number),
    short(landmarks[2 * i + 1] as number),
  ]);
}
