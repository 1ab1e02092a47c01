import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { avatar, person, samplePose } from '@fsae/avatars';
import { afterAll } from 'vitest';
import type { Raster, VideoReader } from '../../src/contracts.js';
import { findPrograms } from '../../src/video/ffmpeg/programs.js';

// What makes and measures films here is called by its own command line, never through the code under test.

export const programs = findPrograms(process.env);
if (typeof programs === 'string') console.warn(`Tests of films are skipped: ${programs}.`);

const run = promisify(execFile);

function program(name: 'ffmpeg' | 'ffprobe'): string {
  if (typeof programs === 'string') throw new Error(programs);
  return programs[name];
}

export async function ffmpeg(...args: readonly string[]): Promise<string> {
  const { stdout } = await run(program('ffmpeg'), ['-v', 'error', '-y', ...args]);
  return stdout;
}

/** Pixels of every frame as ffmpeg's default conversions see them, at `size` bytes a frame. */
export async function decode(path: string, filter: string, size: number): Promise<Buffer[]> {
  const args = ['-v', 'error', '-i', path, '-vf', filter, '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'];
  const { stdout } = await run(program('ffmpeg'), args, { encoding: 'buffer', maxBuffer: 2 ** 30 });
  return Array.from({ length: stdout.length / size }, (_, i) => stdout.subarray(i * size, (i + 1) * size));
}

export async function streams(path: string): Promise<Record<string, unknown>[]> {
  const { stdout } = await run(program('ffprobe'), ['-v', 'error', '-of', 'json', '-show_streams', path]);
  return (JSON.parse(stdout) as { streams: Record<string, unknown>[] }).streams;
}

/** A hash over the packets of every sound track. */
export async function soundHash(path: string): Promise<string> {
  return ffmpeg('-i', path, '-map', '0:a', '-c', 'copy', '-f', 'streamhash', '-hash', 'md5', 'pipe:1');
}

/** A folder that goes when the file's tests are done. */
export async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'fsae-film-'));
  afterAll(() => rm(made, { recursive: true, force: true }));
  return made;
}

/** A person who turns and speaks, on a square of `size` pixels. */
export async function avatarFrames(count: number, size: number): Promise<Raster[]> {
  const ada = person(1);
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const data = await avatar(ada, samplePose(5, index >> 2)).image(size);
      return { width: size, height: size, data };
    }),
  );
}

export function flat(width: number, height: number, colour: readonly [number, number, number]): Raster {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < data.length; i++) data[i] = colour[i % 3]!;
  return { width, height, data };
}

export interface FilmOptions {
  readonly rate?: string;
  /** Arguments after the inputs: 0 is the pictures, 1 a sine of `seconds`. */
  readonly args?: readonly string[];
  readonly silent?: boolean;
  readonly filter?: string;
}

/** Encodes pictures with a sine tone of 440 Hz, as some other program would. */
export async function makeFilm(path: string, pictures: readonly Raster[], options: FilmOptions = {}): Promise<void> {
  const { rate = '25', silent = false, filter = 'null', args = [] } = options;
  const { width, height } = pictures[0]!;
  const [numerator = 1, denominator = 1] = rate.split('/').map(Number);
  const seconds = (pictures.length * denominator) / numerator;
  const sound = silent ? [] : ['-f', 'lavfi', '-i', `sine=frequency=440:duration=${seconds}`];
  const child = execFile(program('ffmpeg'), [
    ...['-v', 'error', '-y', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-video_size', `${width}x${height}`],
    ...['-framerate', rate, '-i', 'pipe:0', ...sound, '-vf', filter],
    ...(args.includes('-c:v') ? [] : ['-c:v', 'libx264', '-crf', '10', '-pix_fmt', 'yuv420p']),
    ...[...args, path],
  ]);
  const ended = new Promise<void>((resolve, reject) => {
    let complaint = '';
    child.stderr?.on('data', (text) => (complaint += text));
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(complaint))));
  });
  for (const { data } of pictures) child.stdin?.write(data);
  child.stdin?.end();
  await ended;
}

export async function readAll(reader: VideoReader): Promise<{ times: number[]; pictures: Raster[] }> {
  const times: number[] = [];
  const pictures: Raster[] = [];
  for await (const { time, picture, index } of reader.frames()) {
    if (index !== times.length) throw new Error(`frame ${index} came as number ${times.length}`);
    times.push(time);
    pictures.push(picture);
  }
  await reader.close();
  return { times, pictures };
}

/** Mean absolute difference of two pictures, 0..255. */
export function difference(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) throw new Error(`${a.length} bytes beside ${b.length}`);
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;
}

/** Mean colour inside a box of pixels. */
export function colourAt({ width, data }: Raster, x: number, y: number, radius = 4): number[] {
  const sum = [0, 0, 0];
  let count = 0;
  for (let v = y - radius; v <= y + radius; v++) {
    for (let u = x - radius; u <= x + radius; u++, count++) {
      for (let c = 0; c < 3; c++) sum[c]! += data[(v * width + u) * 3 + c]!;
    }
  }
  return sum.map((one) => one / count);
}
