import { resolve } from 'node:path';
import { videoError } from '../errors.js';
import { isOneRate, parseRatio, type Ratio, type Source } from '../source.js';
import { fileUrl, inOneLine, run } from './process.js';

/** The parts of ffprobe's JSON that are used; numbers with units are text there. */
interface Probe {
  readonly streams?: readonly Stream[];
  readonly format?: { readonly start_time?: string };
  readonly packets?: readonly { readonly pts_time?: string }[];
}

const SQUARE = { numerator: 1, denominator: 1 };
const NONE = { numerator: 0, denominator: 1 };

interface Stream {
  readonly codec_type?: string;
  readonly codec_name?: string;
  readonly width?: number;
  readonly height?: number;
  readonly sample_aspect_ratio?: string;
  readonly avg_frame_rate?: string;
  readonly r_frame_rate?: string;
  readonly nb_frames?: string;
  readonly nb_read_packets?: string;
  readonly start_time?: string;
  readonly color_space?: string;
  readonly color_transfer?: string;
  readonly field_order?: string;
  readonly disposition?: { readonly attached_pic?: number };
  readonly side_data_list?: readonly { readonly rotation?: number }[];
}

/** @throws FSAE_MEDIA_FILM_UNREADABLE */
export async function probe(ffprobe: string, path: string): Promise<Source> {
  const { streams, format } = await ask(ffprobe, path, ['-show_streams', '-show_format']);
  const video = streams?.find(isFilm);
  if (video === undefined) {
    throw videoError('FSAE_MEDIA_FILM_UNREADABLE', { path, reason: 'it holds no moving pictures' });
  }
  const base = parseRatio(video.r_frame_rate);
  const average = parseRatio(video.avg_frame_rate);
  const varies = base !== undefined && average !== undefined && !isOneRate(base, average);
  return {
    path,
    width: video.width ?? 0,
    height: video.height ?? 0,
    pixelAspect: parseRatio(video.sample_aspect_ratio) ?? SQUARE,
    rotation: quarterTurns(video.side_data_list?.find(({ rotation }) => rotation !== undefined)?.rotation ?? 0),
    averageRate: (varies ? await measureRate(ffprobe, path) : average) ?? average ?? base ?? NONE,
    baseRate: base ?? average ?? NONE,
    frames: video.nb_frames === undefined ? null : Number(video.nb_frames),
    delay: Math.max(0, Number(video.start_time ?? 0) - Number(format?.start_time ?? 0)),
    matrix: video.color_space ?? 'unknown',
    transfer: video.color_transfer ?? 'unknown',
    interlaced: /^(tt|bb|tb|bt)$/.test(video.field_order ?? ''),
    audio: (streams ?? []).flatMap(({ codec_type, codec_name }) => (codec_type === 'audio' ? [codec_name ?? '?'] : [])),
  };
}

/** From the first to the last time stamp: what the header of an mp4 says counts what an edit list leaves out. */
async function measureRate(ffprobe: string, path: string): Promise<Ratio | undefined> {
  const questions = ['-select_streams', 'V:0', '-show_entries', 'packet=pts_time'];
  const { packets = [] } = await ask(ffprobe, path, questions);
  const times = packets.map(({ pts_time }) => Number(pts_time)).filter(Number.isFinite);
  const span =
    times.reduce((most, time) => Math.max(most, time), 0) -
    times.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY);
  if (!(span > 0)) return undefined;
  return { numerator: Math.round((1000 * (times.length - 1)) / span), denominator: 1000 };
}

/** How many frames the file really holds: every packet is counted, whatever the header says. */
export async function countFrames(ffprobe: string, path: string): Promise<number> {
  const { streams } = await ask(ffprobe, path, ['-count_packets', '-select_streams', 'v:0', '-show_streams']);
  return Number(streams?.[0]?.nb_read_packets ?? 0);
}

async function ask(ffprobe: string, path: string, questions: readonly string[]): Promise<Probe> {
  const args = ['-v', 'error', '-of', 'json', ...questions, '-i', fileUrl(resolve(path))];
  const { code, complaint, output } = await run(ffprobe, args);
  if (code !== 0) throw videoError('FSAE_MEDIA_FILM_UNREADABLE', { path, reason: inOneLine(complaint) });
  return JSON.parse(output) as Probe;
}

/** Not the cover of a piece of music. */
function isFilm({ codec_type, disposition }: Stream): boolean {
  return codec_type === 'video' && disposition?.attached_pic !== 1;
}

/** ffprobe counts against the clock, from -180 to 180. */
function quarterTurns(counterClockwise: number): Source['rotation'] {
  return ((((Math.round(-counterClockwise / 90) % 4) + 4) % 4) * 90) as Source['rotation'];
}
