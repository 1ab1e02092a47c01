import type { VideoInfo } from '../contracts.js';
import { videoError } from './errors.js';

export interface Ratio {
  readonly numerator: number;
  readonly denominator: number;
}

/** What a container says about its moving pictures, in ffmpeg's words. */
export interface Source {
  readonly path: string;
  /** As stored: before turning, before pixels are made square. */
  readonly width: number;
  readonly height: number;
  readonly pixelAspect: Ratio;
  /** Clockwise degrees that a player turns the pictures by. */
  readonly rotation: 0 | 90 | 180 | 270;
  /** Frames per second over the whole film, and the lowest rate whose grid holds every time stamp. */
  readonly averageRate: Ratio;
  readonly baseRate: Ratio;
  readonly frames: number | null;
  /** Seconds by which the pictures start after whatever starts first. */
  readonly delay: number;
  /** ffmpeg's names; 'unknown' where the film does not say. */
  readonly matrix: string;
  readonly transfer: string;
  readonly interlaced: boolean;
  /** Codecs of the sound tracks. */
  readonly audio: readonly string[];
}

/** BT.2100's transfer functions, under ffmpeg's names. */
const HIGH_RANGE = ['smpte2084', 'arib-std-b67'];
/** Rates that differ by less are one rate, rounded by the container's time base. */
const SAME_RATE = 1e-3;

/** @throws FSAE_MEDIA_FILM_HDR, FSAE_MEDIA_FILM_UNREADABLE for a film without size or rate */
export function describeSource(source: Source): { readonly info: VideoInfo; readonly filter: string } {
  const { path, transfer, frames, audio } = source;
  if (HIGH_RANGE.includes(transfer)) throw videoError('FSAE_MEDIA_FILM_HDR', { path, transfer });
  const { width, height } = shownSize(source);
  const frameRate = constantRate(source);
  if (!(width > 0 && height > 0 && perSecond(frameRate) > 0)) {
    throw videoError('FSAE_MEDIA_FILM_UNREADABLE', { path, reason: 'its pictures have no size or no frame rate' });
  }
  const steady = isSteady(source);
  const info = { width, height, frameRate, frames: steady ? frames : null, audio: audio.length > 0 };
  return { info, filter: pictureFilter(source, info) };
}

/**
 * A film of constant rate keeps it. One whose frames last for different times (phones, screen recordings) is shown at
 * its average rate: every picture stays at its time, some are shown twice and some left out.
 */
function constantRate(source: Source): Ratio {
  return isSteady(source) ? source.baseRate : source.averageRate;
}

function isSteady({ averageRate, baseRate }: Source): boolean {
  return isOneRate(averageRate, baseRate);
}

export function isOneRate(a: Ratio, b: Ratio): boolean {
  return Math.abs(perSecond(a) / perSecond(b) - 1) < SAME_RATE;
}

/** Upright and with square pixels. */
function shownSize({ width, height, pixelAspect, rotation }: Source): { width: number; height: number } {
  const square = Math.round((width * pixelAspect.numerator) / pixelAspect.denominator);
  return rotation % 180 === 0 ? { width: square, height } : { width: height, height: square };
}

/** ffmpeg's filters from stored frames to what a viewer sees, as RGB at a constant rate. */
function pictureFilter(source: Source, { width, height, frameRate }: VideoInfo): string {
  const { numerator, denominator } = frameRate;
  const turn = { 0: [], 90: ['transpose=clock'], 180: ['hflip', 'vflip'], 270: ['transpose=cclock'] };
  return [
    ...(source.interlaced ? ['bwdif=mode=send_frame'] : []),
    `fps=${numerator}/${denominator}`,
    // From 0 on, whatever the container's clock says: nothing is repeated to fill a late start.
    `setpts=N*${denominator}/(${numerator}*TB)`,
    ...turn[source.rotation],
    // accurate_rnd and full_chroma: a round trip moves a colour by its quantisation, not by shortcuts.
    `scale=${width}:${height}:in_color_matrix=${matrixOf(source)}:out_range=pc:flags=bicubic+accurate_rnd+full_chroma_int`,
    'setsar=1',
    'format=rgb24',
  ].join(',');
}

/** Films that do not say are meant as players take them: by their size. */
function matrixOf({ matrix, height }: Source): string {
  if (matrix !== 'unknown') return 'auto';
  return height >= 720 ? 'bt709' : 'bt601';
}

export function perSecond({ numerator, denominator }: Ratio): number {
  return denominator === 0 ? Number.NaN : numerator / denominator;
}

/** '30000/1001' or '4:3'. */
export function parseRatio(text: string | undefined): Ratio | undefined {
  const [, numerator, denominator] = /^(\d+)[/:](\d+)$/.exec(text ?? '') ?? [];
  if (numerator === undefined || Number(numerator) === 0 || Number(denominator) === 0) return undefined;
  return { numerator: Number(numerator), denominator: Number(denominator) };
}
