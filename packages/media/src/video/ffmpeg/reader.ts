import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import type { Frame, VideoReader } from '../../contracts.js';
import { videoError } from '../errors.js';
import { describeSource, perSecond } from '../source.js';
import { probe } from './probe.js';
import { fileUrl, inOneLine, type Running, start } from './process.js';
import type { Programs } from './programs.js';

/** Decodes through a pipe; every call of `frames` decodes from the start. */
export async function openFilm({ ffmpeg, ffprobe }: Programs, path: string): Promise<VideoReader> {
  const { info, filter } = describeSource(await probe(ffprobe, path));
  const running = new Set<Running>();
  const args = [
    ...['-v', 'error', '-nostdin', '-xerror', '-noautorotate', '-i', fileUrl(resolve(path))],
    ...['-map', '0:V:0', '-vf', filter, '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'],
  ];

  async function* frames(): AsyncGenerator<Frame, void, undefined> {
    const { width, height, frameRate } = info;
    const decoder = start(ffmpeg, args);
    running.add(decoder);
    let index = 0;
    try {
      for await (const data of blocks(decoder.stdout, width * height * 3)) {
        yield { index, time: index / perSecond(frameRate), picture: { width, height, data } };
        index++;
      }
      const { code, complaint } = await decoder.ended;
      const short = info.frames !== null && index < info.frames;
      if (code !== 0 || index === 0 || (short && complaint !== '')) {
        throw videoError('FSAE_MEDIA_FILM_DAMAGED', {
          path,
          frames: index,
          expected: info.frames,
          reason: inOneLine(complaint),
        });
      }
    } finally {
      decoder.kill();
      running.delete(decoder);
    }
  }

  return {
    info,
    frames,
    async close() {
      const open = [...running];
      for (const decoder of open) decoder.kill();
      await Promise.all(open.map(({ ended }) => ended));
    },
  };
}

/** The bytes of a stream in blocks of `size`, each in an array of its own; an incomplete last one is left out. */
async function* blocks(stream: Readable, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  let block = new Uint8Array(size);
  let filled = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let used = 0;
    while (used < chunk.length) {
      const part = chunk.subarray(used, used + size - filled);
      block.set(part, filled);
      filled += part.length;
      used += part.length;
      if (filled < size) continue;
      yield block;
      block = new Uint8Array(size);
      filled = 0;
    }
  }
}
