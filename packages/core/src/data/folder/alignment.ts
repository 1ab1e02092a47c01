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

function judgeLandmarks(faces: readonly Float32Array[]): string | undefined {
  const eyes = faces.map((points) => {
    const [left, right] = [centre(points, 36, 42), centre(points, 42, 48)];
    return {
      x: (left[0] + right[0]) / 2,
      y: (left[1] + right[1]) / 2,
      distance: Math.hypot(right[0] - left[0], right[1] - left[1]),
    };
  });
  const x = spread(eyes.map((eye) => eye.x));
  const y = spread(eyes.map((eye) => eye.y));
  const distance = spread(eyes.map((eye) => eye.distance));
  const percent = (value: number) => `${Math.round(100 * value)} %`;
  const wander = Math.max(x.deviation, y.deviation);
  if (wander > 0.06)
    return `the eyes wander by ${percent(wander)} of the picture (standard deviation) between pictures`;
  if (distance.deviation > 0.25 * distance.mean) {
    return `the size of the face varies by ${percent(distance.deviation / distance.mean)} (standard deviation of the distance of the eyes)`;
  }
  if (distance.mean < 0.12)
    return `the eyes are only ${percent(distance.mean)} of the picture apart: the face is a small part of it`;
  return undefined;
}

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
  const shifts = pictures.map((picture) => bestShift(picture, sum)).sort((a, b) => a - b);
  const shift = shifts[n >> 1]!;
  if (shift < 2) return undefined;
  return `they share little structure (mean correlation ${correlation.toFixed(2)}), and most fit the mean of the others better when moved by ${Math.round((100 * shift) / THUMBNAIL)} % of the picture`;
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
