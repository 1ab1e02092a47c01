import { readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import type { Raster, VideoInfo } from '../contracts.js';
import { videoError } from './errors.js';

/** Containers of the ISO family by ending: they carry H.264, copied sound, XMP and C2PA. */
const FORMATS: Readonly<Record<string, string>> = { '.mp4': 'mp4', '.m4v': 'mp4', '.mov': 'mov' };

/** Visually lossless at the sizes of faces: a second generation must not eat what the swap drew. */
export const ENCODER = { name: 'libx264', preset: 'fast', crf: '17' } as const;

/** Full-range RGB to the range and matrix that the film is tagged with. */
export const ENCODER_FILTER =
  'scale=in_range=pc:out_range=tv:out_color_matrix=bt709:flags=bicubic+accurate_rnd+full_chroma_int,format=yuv420p,' +
  'setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709:range=tv';

/** Called with the complete file before it gets its name: whatever it adds, the film appears with it or not at all. */
export type BeforePublish = (file: string) => Promise<void>;

/** A film on its way: written under a hidden name beside its own, so that nobody ever sees half of it. */
export interface Target {
  readonly path: string;
  /** Where it is written until it is complete. */
  readonly file: string;
  /** ffmpeg's name of the container. */
  readonly format: string;
  publish(): Promise<void>;
  discard(): Promise<void>;
}

/**
 * Removes what runs that were killed left of a film, and says whether there was something. What a run that still lives is
 * writing stays.
 */
export async function removeAbandoned(path: string): Promise<boolean> {
  const folder = resolve(dirname(path));
  const start = `.${basename(path, extname(path))}.`;
  let removed = false;
  for (const file of await readdir(folder).catch(() => [])) {
    const [, writer] = (file.startsWith(start) && /^(\d+)-\d+\.\w+$/.exec(file.slice(start.length))) || [];
    if (writer === undefined || isAlive(Number(writer))) continue;
    await rm(join(folder, file), { force: true });
    removed = true;
  }
  return removed;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of somebody else may not be asked, but is there.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

let count = 0;

/** @throws FSAE_MEDIA_FILM_ENDING */
export function createTarget(path: string, beforePublish: BeforePublish | undefined): Target {
  const ending = extname(path).toLowerCase();
  const format = FORMATS[ending];
  if (format === undefined) throw videoError('FSAE_MEDIA_FILM_ENDING', { path, endings: Object.keys(FORMATS) });
  const file = join(resolve(dirname(path)), `.${basename(path, extname(path))}.${process.pid}-${count++}${ending}`);
  return {
    path,
    file,
    format,
    async publish() {
      await beforePublish?.(file);
      await rename(file, path);
    },
    async discard() {
      await rm(file, { force: true });
    },
  };
}

/** H.264 with halved chroma needs even sides. */
export function encodedSize({ width, height }: { readonly width: number; readonly height: number }) {
  return { width: width + (width % 2), height: height + (height % 2) };
}

/**
 * A copy whose last column and row are repeated where a side is odd: nothing is cut off, no pixel moves.
 * @throws FSAE_MEDIA_FRAME_SIZE
 */
export function toEncodedSize(picture: Raster, info: VideoInfo, path: string): Uint8Array {
  const { width, height } = info;
  if (picture.width !== width || picture.height !== height || picture.data.length !== width * height * 3) {
    const received = `${picture.width} x ${picture.height} with ${picture.data.length} bytes`;
    throw videoError('FSAE_MEDIA_FRAME_SIZE', { path, expected: `${width} x ${height}`, received });
  }
  const even = encodedSize(info);
  if (even.width === width && even.height === height) return Uint8Array.from(picture.data);
  const padded = new Uint8Array(even.width * even.height * 3);
  for (let y = 0; y < even.height; y++) {
    const from = Math.min(y, height - 1) * width * 3;
    const row = picture.data.subarray(from, from + width * 3);
    padded.set(row, y * even.width * 3);
    if (even.width > width) padded.set(row.subarray(-3), y * even.width * 3 + width * 3);
  }
  return padded;
}
