import type { Box } from '../contracts/index.js';

/** A picture as numbers: size * size * 3 values in [0, 1], row by row. */
export type Picture = Float32Array;

export const WHOLE: Box = { left: 0, top: 0, right: 1, bottom: 1 };

/** Peak signal-to-noise ratio in dB for a peak of 1, within `box`; 100 at most, so that equal pictures stay finite. */
export function psnr(a: Picture, b: Picture, size: number, box: Box = WHOLE): number {
  const error = meanOver(a, b, size, box, (difference) => difference * difference);
  return Math.min(100, -10 * Math.log10(Math.max(error, 1e-12)));
}

/** Mean absolute difference, within `box`. */
export function meanAbsolute(a: Picture, b: Picture, size: number, box: Box = WHOLE): number {
  return meanOver(a, b, size, box, Math.abs);
}

function meanOver(a: Picture, b: Picture, size: number, box: Box, cost: (difference: number) => number): number {
  const [top, bottom] = [Math.round(box.top * size), Math.round(box.bottom * size)];
  const [left, right] = [Math.round(box.left * size), Math.round(box.right * size)];
  let sum = 0;
  for (let row = top; row < bottom; row++) {
    for (let i = (row * size + left) * 3; i < (row * size + right) * 3; i++) {
      sum += cost((a[i] as number) - (b[i] as number));
    }
  }
  return sum / ((bottom - top) * (right - left) * 3);
}

const WINDOW = 11;
const SIGMA = 1.5;
const C1 = 0.01 ** 2;
const C2 = 0.03 ** 2;

/** Structural similarity (Wang et al. 2004): 11x11 Gaussian of sigma 1.5, K1 .01, K2 .03, valid positions, mean over channels. */
export function ssim(a: Picture, b: Picture, size: number): number {
  const blurred = (values: (i: number) => number) => blur(values, size);
  const [ma, mb] = [blurred((i) => a[i] as number), blurred((i) => b[i] as number)];
  const aa = blurred((i) => (a[i] as number) ** 2);
  const bb = blurred((i) => (b[i] as number) ** 2);
  const ab = blurred((i) => (a[i] as number) * (b[i] as number));
  let sum = 0;
  for (let i = 0; i < ma.length; i++) {
    const [x, y] = [ma[i] as number, mb[i] as number];
    const [vx, vy, cov] = [(aa[i] as number) - x * x, (bb[i] as number) - y * y, (ab[i] as number) - x * y];
    sum += ((2 * x * y + C1) * (2 * cov + C2)) / ((x * x + y * y + C1) * (vx + vy + C2));
  }
  return sum / ma.length;
}

const kernel = gaussian();

/** Separable Gaussian over rows and columns of interleaved RGB, valid positions only. */
function blur(values: (i: number) => number, size: number): Float64Array {
  const valid = size - WINDOW + 1;
  const across = new Float64Array(size * valid * 3);
  for (let row = 0; row < size; row++) {
    for (let i = 0; i < valid * 3; i++) {
      let sum = 0;
      for (let k = 0; k < WINDOW; k++) sum += (kernel[k] as number) * values(row * size * 3 + i + k * 3);
      across[row * valid * 3 + i] = sum;
    }
  }
  const result = new Float64Array(valid * valid * 3);
  for (let row = 0; row < valid; row++) {
    for (let i = 0; i < valid * 3; i++) {
      let sum = 0;
      for (let k = 0; k < WINDOW; k++) sum += (kernel[k] as number) * (across[(row + k) * valid * 3 + i] as number);
      result[row * valid * 3 + i] = sum;
    }
  }
  return result;
}

function gaussian(): number[] {
  const raw = Array.from({ length: WINDOW }, (_, i) => Math.exp(-((i - (WINDOW - 1) / 2) ** 2) / (2 * SIGMA * SIGMA)));
  const total = raw.reduce((sum, x) => sum + x, 0);
  return raw.map((x) => x / total);
}
