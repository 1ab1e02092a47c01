import type { Raster } from '../contracts.js';
import { type Similarity, scaleOf } from './similarity.js';

/** Reads red, green and blue at a point between pixels into `out`. */
export type Sampler = (x: number, y: number, out: Float64Array) => void;

/**
 * What a picture shows in a square of `size` pixels that `toPicture` lays over it; its border repeats outside. Where the
 * picture is shrunk, the mean of as many samples per pixel is taken as keep fine structure from aliasing.
 */
export function crop(picture: Raster, { a, b, x, y }: Similarity, size: number): Raster {
  const samples = Math.min(32, Math.max(1, Math.ceil(scaleOf({ a, b, x, y }))));
  const sample = sampler(picture, samples > 1);
  const data = new Uint8Array(size * size * 3);
  const value = new Float64Array(3);
  const n = samples * samples;
  let at = 0;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let j = 0; j < samples; j++) {
        const v = row + (j + 0.5) / samples;
        for (let i = 0; i < samples; i++) {
          const u = column + (i + 0.5) / samples;
          sample(a * u - b * v + x, b * u + a * v + y, value);
          red += value[0]!;
          green += value[1]!;
          blue += value[2]!;
        }
      }
      data[at++] = byte(red / n);
      data[at++] = byte(green / n);
      data[at++] = byte(blue / n);
    }
  }
  return { width: size, height: size, data };
}

/** Where many samples make one pixel, bilinear is smooth enough. */
export const sampler = (picture: Raster, many: boolean): Sampler => (many ? bilinear(picture) : bicubic(picture));

export const byte = (value: number): number => (value <= 0 ? 0 : value >= 255 ? 255 : Math.round(value));

// Written out, without arrays: these run for every sample of every face of every frame.

function bilinear({ width, height, data }: Raster): Sampler {
  return (x, y, out) => {
    const px = clamp(x - 0.5, width - 1);
    const py = clamp(y - 0.5, height - 1);
    const left = Math.floor(px);
    const top = Math.floor(py);
    const fx = px - left;
    const fy = py - top;
    const p = (top * width + left) * 3;
    const right = left + 1 < width ? 3 : 0;
    const below = top + 1 < height ? width * 3 : 0;
    const q = p + below;
    for (let c = 0; c < 3; c++) {
      const upper = data[p + c]! * (1 - fx) + data[p + right + c]! * fx;
      const lower = data[q + c]! * (1 - fx) + data[q + right + c]! * fx;
      out[c] = upper * (1 - fy) + lower * fy;
    }
  };
}

/** Keys 1981 with A = -0.5 (Catmull-Rom). */
function bicubic({ width, height, data }: Raster): Sampler {
  const wx = new Float64Array(4);
  const wy = new Float64Array(4);
  const columns = new Int32Array(4);
  return (x, y, out) => {
    const px = clamp(x - 0.5, width - 1);
    const py = clamp(y - 0.5, height - 1);
    const left = Math.floor(px);
    const top = Math.floor(py);
    weights(px - left, wx);
    weights(py - top, wy);
    for (let i = 0; i < 4; i++) columns[i] = clamp(left + i - 1, width - 1) * 3;
    let red = 0;
    let green = 0;
    let blue = 0;
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
    out[0] = red;
    out[1] = green;
    out[2] = blue;
  };
}

function weights(t: number, into: Float64Array): void {
  into[0] = ((2 - t) * t - 1) * t * 0.5;
  into[1] = (t * t * (3 * t - 5) + 2) * 0.5;
  into[2] = ((4 - 3 * t) * t + 1) * t * 0.5;
  into[3] = (t - 1) * t * t * 0.5;
}

const clamp = (value: number, most: number): number => Math.max(0, Math.min(value, most));

/** A square plane of values at x, y of its pixels: bilinear, 0 outside. */
export function samplePlane(plane: Float32Array, size: number, x: number, y: number): number {
  const px = x - 0.5;
  const py = y - 0.5;
  if (px <= -1 || py <= -1 || px >= size || py >= size) return 0;
  const left = Math.floor(px);
  const top = Math.floor(py);
  const fx = px - left;
  const fy = py - top;
  const upper = valueAt(plane, size, left, top) * (1 - fx) + valueAt(plane, size, left + 1, top) * fx;
  const lower = valueAt(plane, size, left, top + 1) * (1 - fx) + valueAt(plane, size, left + 1, top + 1) * fx;
  return upper * (1 - fy) + lower * fy;
}

function valueAt(plane: Float32Array, size: number, column: number, row: number): number {
  return column < 0 || row < 0 || column >= size || row >= size ? 0 : plane[row * size + column]!;
}
