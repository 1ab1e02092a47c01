import type { Raster } from '../contracts.js';
import { type Similarity, scaleOf } from './similarity.js';

/** A sample in units of a byte, written to `out` at `at`. */
type Sampler = (x: number, y: number, out: Float32Array, at: number) => void;

/**
 * What a picture shows in a square of `size` pixels that `toPicture` lays over it; its border repeats outside. Where the
 * picture is shrunk, the mean of as many samples per pixel is taken as keep fine structure from aliasing.
 */
export function crop(picture: Raster, toPicture: Similarity, size: number): Raster {
  const scale = scaleOf(toPicture);
  const samples = Math.min(32, Math.max(1, Math.ceil(scale)));
  const sample = sampler(picture, samples > 1);
  const data = new Uint8Array(size * size * 3);
  const value = new Float32Array(3);
  const { a, b, x, y } = toPicture;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      let [red, green, blue] = [0, 0, 0];
      for (let j = 0; j < samples; j++) {
        for (let i = 0; i < samples; i++) {
          const [u, v] = [column + (i + 0.5) / samples, row + (j + 0.5) / samples];
          sample(a * u - b * v + x, b * u + a * v + y, value, 0);
          red += value[0]!;
          green += value[1]!;
          blue += value[2]!;
        }
      }
      const at = (row * size + column) * 3;
      const n = samples * samples;
      data[at] = byte(red / n);
      data[at + 1] = byte(green / n);
      data[at + 2] = byte(blue / n);
    }
  }
  return { width: size, height: size, data };
}

/** Reads between pixels; where many samples make one pixel, bilinear is smooth enough. */
export const sampler = (picture: Raster, many: boolean): Sampler => (many ? bilinear(picture) : bicubic(picture));

export const byte = (value: number): number => Math.min(255, Math.max(0, Math.round(value)));

function bilinear({ width, height, data }: Raster): Sampler {
  return (x, y, out, at) => {
    const [px, py] = [clamp(x - 0.5, width - 1), clamp(y - 0.5, height - 1)];
    const [left, top] = [Math.floor(px), Math.floor(py)];
    const [right, below] = [Math.min(width - 1, left + 1), Math.min(height - 1, top + 1)];
    const [fx, fy] = [px - left, py - top];
    const [p, q, r, s] = [
      (top * width + left) * 3,
      (top * width + right) * 3,
      (below * width + left) * 3,
      (below * width + right) * 3,
    ];
    for (let c = 0; c < 3; c++) {
      const upper = data[p + c]! + (data[q + c]! - data[p + c]!) * fx;
      const lower = data[r + c]! + (data[s + c]! - data[r + c]!) * fx;
      out[at + c] = upper + (lower - upper) * fy;
    }
  };
}

/** Keys 1981 with A = -0.5 (Catmull-Rom). */
function bicubic({ width, height, data }: Raster): Sampler {
  const [wx, wy] = [new Float64Array(4), new Float64Array(4)];
  const columns = new Int32Array(4);
  return (x, y, out, at) => {
    const [px, py] = [clamp(x - 0.5, width - 1), clamp(y - 0.5, height - 1)];
    const [left, top] = [Math.floor(px), Math.floor(py)];
    weights(px - left, wx);
    weights(py - top, wy);
    for (let i = 0; i < 4; i++) columns[i] = clamp(left + i - 1, width - 1) * 3;
    let [red, green, blue] = [0, 0, 0];
    for (let j = 0; j < 4; j++) {
      const row = clamp(top + j - 1, height - 1) * width * 3;
      for (let i = 0; i < 4; i++) {
        const weight = wx[i]! * wy[j]!;
        const p = row + columns[i]!;
        red += weight * data[p]!;
        green += weight * data[p + 1]!;
        blue += weight * data[p + 2]!;
      }
    }
    out[at] = red;
    out[at + 1] = green;
    out[at + 2] = blue;
  };
}

function weights(t: number, into: Float64Array): void {
  into[0] = ((2 - t) * t - 1) * t * 0.5;
  into[1] = (t * t * (3 * t - 5) + 2) * 0.5;
  into[2] = ((4 - 3 * t) * t + 1) * t * 0.5;
  into[3] = (t - 1) * t * t * 0.5;
}

const clamp = (value: number, most: number): number => Math.min(most, Math.max(0, value));

/** A plane of values that are 0 outside, at x, y of its pixels. */
export function samplePlane(plane: Float32Array, size: number, x: number, y: number): number {
  const [px, py] = [x - 0.5, y - 0.5];
  if (px <= -1 || py <= -1 || px >= size || py >= size) return 0;
  const [left, top] = [Math.floor(px), Math.floor(py)];
  const at = (column: number, row: number) =>
    column < 0 || row < 0 || column >= size || row >= size ? 0 : plane[row * size + column]!;
  const [fx, fy] = [px - left, py - top];
  const upper = at(left, top) * (1 - fx) + at(left + 1, top) * fx;
  const lower = at(left, top + 1) * (1 - fx) + at(left + 1, top + 1) * fx;
  return upper * (1 - fy) + lower * fy;
}
