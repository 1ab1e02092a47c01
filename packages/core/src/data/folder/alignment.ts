import type { PictureSize } from './picture.js';

/** What the judgement rests on, one entry per face. */
export interface Evidence {
  readonly size: PictureSize;
  /** RGB, THUMBNAIL * THUMBNAIL * 3. */
  readonly thumbnail: Uint8Array;
  /** 68 x, y pairs in 0..1 of the centred square. */
  readonly landmarks?: Float32Array | undefined;
}

/** Side of the pictures that are compared, in pixels. */
export const THUMBNAIL = 32;

const ENOUGH = 8;
const COMPARED = 200;

/**
 * Why a folder looks as if its pictures were not aligned crops of one face; undefined when it does not, or holds fewer
 * than 8 pictures. Thresholds: clips and portraits of about 50 people, as they are and cropped at random
 * (docs/guide/data.md has the numbers).
 */
export function judgeAlignment(faces: readonly Evidence[]): string | undefined {
  if (faces.length < ENOUGH) return undefined;
  const every = Math.ceil(faces.length / COMPARED);
  const compared = faces.filter((_, index) => index % every === 0);
  const landmarks = faces.flatMap((face) => face.landmarks ?? []);
  return judgeShapes(faces) ?? (landmarks.length === faces.length ? judgeLandmarks(landmarks) : judgePixels(compared));
}

function judgeShapes(faces: readonly Evidence[]): string | undefined {
  const ratios = faces.map(({ size }) => size.width / size.height).sort((a, b) => a - b);
  const middle = ratios[ratios.length >> 1]!;
  const other = ratios.filter((ratio) => Math.abs(Math.log(ratio / middle)) > Math.log(1.1)).length;
  if (other <= 0.2 * faces.length) return undefined;
  return `${other} of ${faces.length} pictures have another aspect ratio than most, as photographs do and crops do not`;
}

// The contour tells where the face is whichever way it looks: eyes and nose wander with the head's turning.
function judgeLandmarks(faces: readonly Float32Array[]): string | undefined {
  const middles = faces.map((points) => centre(points, 0, 17));
  const wander = Math.max(...[0, 1].map((axis) => spread(middles.map((middle) => middle[axis]!)).deviation));
  const size = spread(faces.map(radius));
  if (wander > 0.06) {
    return `the face wanders by ${percent(wander)} of the picture between pictures (standard deviation of the contour's middle)`;
  }
  if (size.deviation > 0.15 * size.mean) {
    return `the size of the face varies by ${percent(size.deviation / size.mean)} (standard deviation of the landmarks' radius)`;
  }
  if (size.mean < 0.12)
    return `the face is a small part of the picture (landmarks lie ${percent(size.mean)} of it from their middle)`;
  return undefined;
}

/** Root of the mean squared distance of the landmarks from their middle: 0.23 to 0.27 in crops that fit the face. */
function radius(points: Float32Array): number {
  const [x, y] = centre(points, 0, points.length / 2);
  const squares = points.reduce((sum, value, i) => sum + (value - (i % 2 === 0 ? x : y)) ** 2, 0);
  return Math.sqrt((2 * squares) / points.length);
}

const percent = (share: number) => `${Math.round(100 * share)} %`;

/** Mean of points `from` to `to` (exclusive). */
export function centre(points: ArrayLike<number>, from: number, to: number): [x: number, y: number] {
  let x = 0;
  let y = 0;
  for (let i = from; i < to; i++) {
    x += points[2 * i]!;
    y += points[2 * i + 1]!;
  }
  return [x / (to - from), y / (to - from)];
}

function spread(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, deviation: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) };
}

// Two signs together, as either alone is also true of good folders: of different light (little correlation), of uniform
// skin and background (shifts that do not matter).
function judgePixels(faces: readonly Evidence[]): string | undefined {
  const pictures = faces.map(({ thumbnail }) => standardise(thumbnail));
  const sum = new Float64Array(THUMBNAIL ** 2);
  for (const picture of pictures) for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + picture[i]!;
  const n = pictures.length;
  const power = sum.reduce((total, value) => total + value * value, 0) / sum.length;
  const correlation = (power - n) / (n * (n - 1));
  if (correlation >= 0.5) return undefined;
  const shift = pictures.reduce((total, picture) => total + bestShift(picture, sum), 0) / n / THUMBNAIL;
  if (shift < 0.08) return undefined;
  return `they share little structure (mean correlation ${correlation.toFixed(2)}), and fit the mean of the others best when moved, by ${percent(shift)} of the picture on average`;
}

/** Grey, mean 0, standard deviation 1. */
function standardise(thumbnail: Uint8Array): Float64Array {
  const grey = Float64Array.from({ length: THUMBNAIL ** 2 }, (_, i) => {
    return 0.299 * thumbnail[3 * i]! + 0.587 * thumbnail[3 * i + 1]! + 0.114 * thumbnail[3 * i + 2]!;
  });
  const { mean, deviation } = spread([...grey]);
  return grey.map((value) => (value - mean) / (deviation || 1));
}

/** How far, in thumbnail pixels, the middle of a picture has to move to fit the middle of the others' sum best. */
function bestShift(picture: Float64Array, sum: Float64Array): number {
  const REACH = 5;
  let best = Number.NEGATIVE_INFINITY;
  let distance = 0;
  for (let down = -REACH; down <= REACH; down++) {
    for (let right = -REACH; right <= REACH; right++) {
      const fit = correlate(picture, sum, right, down, REACH + 1);
      if (fit <= best) continue;
      best = fit;
      distance = Math.hypot(right, down);
    }
  }
  return distance;
}

function correlate(picture: Float64Array, sum: Float64Array, right: number, down: number, margin: number): number {
  const count = (THUMBNAIL - 2 * margin) ** 2;
  let [a, b, aa, bb, ab] = [0, 0, 0, 0, 0];
  for (let y = margin; y < THUMBNAIL - margin; y++) {
    for (let x = margin; x < THUMBNAIL - margin; x++) {
      const p = picture[(y + down) * THUMBNAIL + x + right]!;
      const q = sum[y * THUMBNAIL + x]! - picture[y * THUMBNAIL + x]!;
      a += p;
      b += q;
      aa += p * p;
      bb += q * q;
      ab += p * q;
    }
  }
  const variance = (aa - (a * a) / count) * (bb - (b * b) / count);
  return (ab - (a * b) / count) / Math.sqrt(variance + 1e-9);
}
