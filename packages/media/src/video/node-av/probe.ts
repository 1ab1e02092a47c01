import { resolve } from 'node:path';
import { videoError } from '../errors.js';
import { isOneRate, type Ratio, type Source } from '../source.js';
import type { Demuxer, Library, Rational, Stream } from './library.js';

const SQUARE = { numerator: 1, denominator: 1 };

/** @throws FSAE_MEDIA_FILM_UNREADABLE */
export async function openDemuxer({ Demuxer }: Library, path: string): Promise<Demuxer> {
  try {
    return await Demuxer.open(resolve(path));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw videoError('FSAE_MEDIA_FILM_UNREADABLE', { path, reason }, error);
  }
}

/** The pictures of a film, not the cover of a piece of music. @throws FSAE_MEDIA_FILM_UNREADABLE */
export function filmOf(input: Demuxer, { constants }: Library, path: string): Stream {
  const film = input.streams.find(
    (one) =>
      one.codecpar.codecType === constants.AVMEDIA_TYPE_VIDEO &&
      !one.hasDisposition(constants.AV_DISPOSITION_ATTACHED_PIC),
  );
  if (film === undefined) {
    throw videoError('FSAE_MEDIA_FILM_UNREADABLE', { path, reason: 'it holds no moving pictures' });
  }
  return film;
}

export function soundOf(input: Demuxer, { constants }: Library): Stream[] {
  return input.streams.filter(({ codecpar }) => codecpar.codecType === constants.AVMEDIA_TYPE_AUDIO);
}

/** @throws FSAE_MEDIA_FILM_UNREADABLE */
export async function probe(library: Library, path: string): Promise<Source> {
  const input = await openDemuxer(library, path);
  try {
    const film = filmOf(input, library, path);
    const { codecpar, timeBase, nbFrames } = film;
    const { constants } = library;
    const base = ratioOf(film.rFrameRate) ?? ratioOf(film.avgFrameRate) ?? { numerator: 0, denominator: 1 };
    const average = ratioOf(film.avgFrameRate) ?? base;
    const start = film.startTime < 0n ? 0 : (Number(film.startTime) * timeBase.num) / timeBase.den;
    return {
      path,
      width: codecpar.width,
      height: codecpar.height,
      pixelAspect: ratioOf(film.sampleAspectRatio) ?? SQUARE,
      rotation: rotationOf(codecpar.getCodedSideData(constants.AV_PKT_DATA_DISPLAYMATRIX)),
      averageRate: isOneRate(base, average) ? average : ((await measureRate(library, path)) ?? average),
      baseRate: base,
      frames: nbFrames > 0n ? Number(nbFrames) : null,
      delay: Math.max(0, start - input.startTime),
      matrix: codecpar.colorSpace === constants.AVCOL_SPC_UNSPECIFIED ? 'unknown' : 'known',
      transfer: transferOf(codecpar.colorTrc, constants),
      // node-av does not say; its films are read as they are.
      interlaced: false,
      audio: soundOf(input, library).map((sound) => library.Codec.findDecoder(sound.codecpar.codecId)?.name ?? '?'),
    };
  } finally {
    await input.close();
  }
}

/** How many frames the file really holds, whatever its header says. */
export async function countFrames(library: Library, path: string): Promise<number> {
  return (await timeStamps(library, path)).length;
}

/** From the first to the last time stamp: what the header of an mp4 says counts what an edit list leaves out. */
async function measureRate(library: Library, path: string): Promise<Ratio | undefined> {
  const times = await timeStamps(library, path);
  const first = times.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY);
  const span = times.reduce((most, time) => Math.max(most, time), 0) - first;
  if (!(span > 0)) return undefined;
  return { numerator: Math.round((1000 * (times.length - 1)) / span), denominator: 1000 };
}

async function timeStamps(library: Library, path: string): Promise<number[]> {
  const input = await openDemuxer(library, path);
  try {
    const { index, timeBase } = filmOf(input, library, path);
    const times: number[] = [];
    for await (const packet of input.packets(index)) {
      if (packet === null) continue;
      times.push((Number(packet.pts) * timeBase.num) / timeBase.den);
      packet.free();
    }
    return times;
  } finally {
    await input.close();
  }
}

function ratioOf({ num, den }: Rational): Ratio | undefined {
  return num > 0 && den > 0 ? { numerator: num, denominator: den } : undefined;
}

function transferOf(transfer: number, constants: Library['constants']): string {
  if (transfer === constants.AVCOL_TRC_ARIB_STD_B67) return 'arib-std-b67';
  return transfer === constants.AVCOL_TRC_SMPTE2084 ? 'smpte2084' : 'unknown';
}

/** Of a display matrix (libavutil/display.h): nine numbers of 16.16 bits, by rows, of which the first two turn. */
function rotationOf(matrix: Buffer | null): Source['rotation'] {
  if (matrix === null || matrix.length < 36) return 0;
  const [a, b] = [matrix.readInt32LE(0), matrix.readInt32LE(4)];
  const turns = Math.round(Math.atan2(b, a) / (Math.PI / 2));
  return ((((turns % 4) + 4) % 4) * 90) as Source['rotation'];
}
