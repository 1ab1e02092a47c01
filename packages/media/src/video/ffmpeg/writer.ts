import { resolve } from 'node:path';
import type { VideoInfo, VideoWriter } from '../../contracts.js';
import { videoError } from '../errors.js';
import type { Source } from '../source.js';
import { ENCODER, ENCODER_FILTER, encodedSize, type Target, toEncodedSize } from '../target.js';
import { countFrames } from './probe.js';
import { type Ended, fileUrl, inOneLine, start } from './process.js';
import type { Programs } from './programs.js';

/** Encodes through a pipe; the sound of `sound` goes packet by packet into the same file. */
export function createFilm(
  { ffmpeg, ffprobe }: Programs,
  target: Target,
  info: VideoInfo,
  sound: Source | undefined,
  version: string,
): VideoWriter {
  const encoder = start(ffmpeg, encoderArgs(target, info, sound, version));
  let written = 0;
  let underWay: Promise<void> = Promise.resolve();

  async function failed(ended: Ended): Promise<Error> {
    await target.discard();
    return explain(ended, { ffmpeg, target, sound });
  }

  return {
    async write(picture) {
      const bytes = toEncodedSize(picture, info, target.path);
      // One picture waits in the pipe while the next is made.
      await underWay;
      if (!encoder.stdin.writable) throw await failed(await encoder.ended);
      underWay = new Promise((done) => encoder.stdin.write(bytes, () => done()));
      written++;
    },

    async finish() {
      await underWay;
      encoder.stdin.end();
      const ended = await encoder.ended;
      if (ended.code !== 0) throw await failed(ended);
      try {
        const found = await countFrames(ffprobe, target.file);
        if (found !== written) {
          throw videoError('FSAE_MEDIA_FRAMES_LOST', { path: target.path, written, found, by: ffmpeg });
        }
        await target.publish();
      } catch (error) {
        await target.discard();
        throw error;
      }
      return { frames: written };
    },

    async abort() {
      encoder.kill();
      await encoder.ended;
      await target.discard();
    },
  };
}

/** Writes frames at the times that they come with, instead of filling a late start by repetition. */
function timesAsTheyAre(version: string): string[] {
  const [, major = '9', minor = '0'] = /^n?(\d+)\.(\d+)/.exec(version) ?? [];
  const renamed = Number(major) > 5 || (Number(major) === 5 && Number(minor) >= 1);
  return [renamed ? '-fps_mode' : '-vsync', 'passthrough'];
}

function encoderArgs(target: Target, info: VideoInfo, sound: Source | undefined, version: string): string[] {
  const { width, height } = encodedSize(info);
  const rate = `${info.frameRate.numerator}/${info.frameRate.denominator}`;
  const late = sound !== undefined && sound.delay > 0;
  // ffmpeg moves every input to 0: pictures that start later than the sound must do so again.
  const delay = late ? ['-itsoffset', String(sound.delay)] : [];
  return [
    ...['-v', 'error', '-y', ...delay, '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-video_size', `${width}x${height}`],
    ...['-framerate', rate, '-i', 'pipe:0'],
    ...(sound === undefined ? [] : ['-i', fileUrl(resolve(sound.path))]),
    ...['-map', '0:v', ...(sound === undefined ? [] : ['-map', '1:a?', '-c:a', 'copy', '-strict', '-2'])],
    ...(late ? timesAsTheyAre(version) : []),
    ...['-vf', ENCODER_FILTER, '-c:v', ENCODER.name, '-preset', ENCODER.preset, '-crf', ENCODER.crf],
    ...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv'],
    ...['-movflags', '+faststart', '-f', target.format, fileUrl(target.file)],
  ];
}

interface Attempt {
  readonly ffmpeg: string;
  readonly target: Target;
  readonly sound: Source | undefined;
}

function explain({ complaint }: Ended, { ffmpeg, target: { path }, sound }: Attempt): Error {
  const reason = inOneLine(complaint);
  if (/No space left on device|Disk quota exceeded/i.test(complaint))
    return videoError('FSAE_MEDIA_NO_SPACE', { path });
  if (/Unknown encoder/i.test(complaint)) return videoError('FSAE_MEDIA_NO_H264', { program: ffmpeg, reason });
  if (
    sound !== undefined &&
    /codec not currently supported in container|Could not find tag for codec/i.test(complaint)
  ) {
    const details = { path, from: sound.path, codec: sound.audio.join(', '), reason };
    return videoError('FSAE_MEDIA_SOUND_NOT_COPIED', details);
  }
  return videoError('FSAE_MEDIA_FILM_NOT_WRITTEN', { path, reason });
}
