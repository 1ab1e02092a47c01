import type { Frame, VideoReader } from '../../contracts.js';
import { videoError } from '../errors.js';
import { describeSource, perSecond } from '../source.js';
import type { Library, Frame as NativeFrame, Packet } from './library.js';
import { filmOf, openDemuxer, probe } from './probe.js';

/** Decodes in this process; every call of `frames` decodes from the start. */
export async function openFilm(library: Library, path: string): Promise<VideoReader> {
  const { info, filter } = describeSource(await probe(library, path));
  const { width, height, frameRate } = info;
  const open = new Set<AsyncGenerator>();

  async function* decode(): AsyncGenerator<Frame, void, undefined> {
    let index = 0;
    let packets = 0;
    const damaged = (reason: string, cause?: unknown) =>
      videoError('FSAE_MEDIA_FILM_DAMAGED', { path, frames: index, expected: info.frames, reason }, cause);

    async function* counted(all: AsyncIterable<Packet | null>) {
      for await (const packet of all) {
        if (packet !== null) packets++;
        yield packet;
      }
    }
    async function* whole(all: AsyncIterable<NativeFrame | null>) {
      for await (const frame of all) {
        // libavcodec fills what it cannot decode from the picture before.
        if (frame !== null && frame.decodeErrorFlags !== 0) throw damaged('a picture that cannot be decoded in full');
        yield frame;
      }
    }

    const input = await openDemuxer(library, path);
    const film = filmOf(input, library, path);
    const decoder = await library.Decoder.create(film);
    const toRgb = library.FilterAPI.create(filter, { framerate: film.rFrameRate });
    try {
      for await (const frame of toRgb.frames(whole(decoder.frames(counted(input.packets(film.index)))))) {
        if (frame === null) continue;
        const data = new Uint8Array(frame.toBuffer());
        frame.free();
        yield { index, time: index / perSecond(frameRate), picture: { width, height, data } };
        index++;
      }
    } catch (error) {
      if (error instanceof Error && 'problem' in error) throw error;
      throw damaged(error instanceof Error ? error.message : String(error), error);
    } finally {
      toRgb.close();
      decoder.close();
      await input.close();
    }
    if (index === 0 || packets < (info.frames ?? 0)) throw damaged(`the file ends after ${packets} frames`);
  }

  return {
    info,
    frames() {
      const frames = decode();
      open.add(frames);
      return frames;
    },
    async close() {
      await Promise.all([...open].map((frames) => frames.return(undefined)));
      open.clear();
    },
  };
}
