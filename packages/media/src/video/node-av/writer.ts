import { access, constants as rights, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isFsaeError } from '@fsae/core';
import type { VideoInfo, VideoWriter } from '../../contracts.js';
import { videoError } from '../errors.js';
import type { Source } from '../source.js';
import { ENCODER, ENCODER_FILTER, encodedSize, type Target, toEncodedSize } from '../target.js';
import type { Frame, Library, Packet } from './library.js';
import { countFrames } from './probe.js';
import { startSound } from './sound.js';

/** A disk on which a film did not fit has less room than this. */
const FULL = 2 ** 20;

/** Encodes in this process; the sound of `source` goes packet by packet into the same file. */
export async function createFilm(
  library: Library,
  target: Target,
  info: VideoInfo,
  source: Source | undefined,
): Promise<VideoWriter> {
  // node-av makes folders that are missing; a typing error in a path is to be told.
  await access(dirname(target.file), rights.W_OK).catch((error: unknown) => {
    throw videoError('FSAE_MEDIA_FILM_NOT_WRITTEN', { path: target.path, reason: String(error) }, error);
  });
  const { Encoder, FilterAPI, Muxer } = library;
  const { preset, crf } = ENCODER;
  const fromRgb = FilterAPI.create(ENCODER_FILTER, {});
  const encoder = await Encoder.create(ENCODER.name, { options: { preset, crf } });
  const output = await Muxer.open(target.file, {
    format: target.format,
    options: { movflags: '+faststart', strict: 'experimental' },
    // Its queue would fail on a full disk where nobody can catch it, which ends the process.
    useAsyncWrite: false,
  });
  const pictures = output.addStream(encoder);
  const sound = source === undefined ? undefined : await startSound(library, output, source.path);
  const clock = clockOf(info, source?.delay ?? 0);
  const even = encodedSize(info);
  let written = 0;
  let open = true;

  async function close(): Promise<void> {
    if (!open) return;
    open = false;
    await sound?.close();
    await output.close();
    encoder.close();
    fromRgb.close();
  }

  async function giveUp(error: unknown): Promise<Error> {
    await close();
    const told = await explain(error, target, source);
    await target.discard();
    return told;
  }

  async function encode(frames: readonly Frame[]): Promise<void> {
    for (const frame of frames) {
      await mux(await encoder.encodeAll(frame));
      frame.free();
    }
  }

  async function mux(packets: readonly Packet[]): Promise<void> {
    for (const packet of packets) {
      await sound?.until((Number(packet.dts) * clock.timeBase.num) / clock.timeBase.den);
      await output.writePacket(packet, pictures);
      packet.free();
    }
  }

  return {
    async write(picture) {
      const bytes = Buffer.from(toEncodedSize(picture, info, target.path).buffer);
      const pts = clock.start + BigInt(written) * clock.step;
      const properties = { ...even, format: library.constants.AV_PIX_FMT_RGB24, timeBase: clock.timeBase, pts };
      const frame = library.Frame.fromVideoBuffer(bytes, properties);
      try {
        await encode(await fromRgb.processAll(frame));
      } catch (error) {
        throw await giveUp(error);
      } finally {
        frame.free();
      }
      written++;
    },

    async finish() {
      try {
        for await (const frame of fromRgb.flushFrames()) await encode([frame]);
        for await (const packet of encoder.flushPackets()) await mux([packet]);
        await sound?.until(Number.POSITIVE_INFINITY);
        await close();
        const found = await countFrames(library, target.file).catch((error) => lost(error, target));
        if (found !== written) {
          throw videoError('FSAE_MEDIA_FRAMES_LOST', { path: target.path, written, found, by: 'node-av' });
        }
        await target.publish();
      } catch (error) {
        throw await giveUp(error);
      }
      return { frames: written };
    },

    async abort() {
      await close();
      await target.discard();
    },
  };
}

/** Time stamps of the frames; pictures that start later than the sound need a grid that is finer than theirs. */
function clockOf({ frameRate: { numerator, denominator } }: VideoInfo, delay: number) {
  const finer = delay === 0 ? 1 : 1000;
  return {
    timeBase: { num: delay === 0 ? denominator : 1, den: numerator * finer },
    step: delay === 0 ? 1n : BigInt(denominator * finer),
    start: BigInt(Math.round(delay * numerator * finer)),
  };
}

/** node-av closes a file without a word that it could not complete. */
function lost(error: unknown, { path }: Target): never {
  const reason = error instanceof Error ? error.message : String(error);
  throw videoError('FSAE_MEDIA_FILM_NOT_WRITTEN', { path, reason }, error);
}

/** What went wrong, in words that help. */
async function explain(error: unknown, { path, file }: Target, source: Source | undefined): Promise<Error> {
  const reason = error instanceof Error ? error.message : String(error);
  const { bavail, bsize } = await statfs(dirname(file));
  if (/No space left|quota exceeded/i.test(reason) || bavail * bsize < FULL) {
    return videoError('FSAE_MEDIA_NO_SPACE', { path }, error);
  }
  if (isFsaeError(error)) return error;
  if (source !== undefined && /header/i.test(reason)) {
    const details = { path, from: source.path, codec: source.audio.join(', '), reason };
    return videoError('FSAE_MEDIA_SOUND_NOT_COPIED', details, error);
  }
  return videoError('FSAE_MEDIA_FILM_NOT_WRITTEN', { path, reason }, error);
}
