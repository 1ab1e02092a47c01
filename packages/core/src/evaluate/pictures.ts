import type { Box, Picture } from '../contracts/index.js';

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
  return ssimOf(momentsOf(a, size), momentsOf(b, size), size);
}

/** What SSIM needs to know of one picture: worth keeping where it is compared several times. */
export interface Moments {
  readonly picture: Picture;
  readonly mean: Float64Array;
  readonly square: Float64Array;
}

export function momentsOf(picture: Picture, size: number): Moments {
  return { picture, mean: blur(picture, size), square: blur(product(picture, picture), size) };
}

export function ssimOf(a: Moments, b: Moments, size: number): number {
  const { mean: ma, square: aa } = a;
  const { mean: mb, square: bb } = b;
  const ab = blur(product(a.picture, b.picture), size);
  let sum = 0;
  for (let i = 0; i < ma.length; i++) {
    const [x, y] = [ma[i] as number, mb[i] as number];
    const [vx, vy, cov] = [(aa[i] as number) - x * x, (bb[i] as number) - y * y, (ab[i] as number) - x * y];
    sum += ((2 * x * y + C1) * (2 * cov + C2)) / ((x * x + y * y + C1) * (vx + vy + C2));
  }
  return sum / ma.length;
}

function product(a: Picture, b: Picture): Float64Array {
  const result = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) result[i] = (a[i] as number) * (b[i] as number);
  return result;
}

const [w0 = 0, w1 = 0, w2 = 0, w3 = 0, w4 = 0, w5 = 0, w6 = 0, w7 = 0, w8 = 0, w9 = 0, w10 = 0] = gaussian();

/** Separable Gaussian over rows and columns of interleaved RGB, valid positions only. */
function blur(values: Picture | Float64Array, size: number): Float64Array {
  const valid = size - WINDOW + 1;
  const across = convolve(values, { rows: size, width: valid * 3, stride: size * 3, step: 3 });
  return convolve(across, { rows: valid, width: valid * 3, stride: valid * 3, step: valid * 3 });
}

/** Weighted sums of WINDOW values that lie `step` apart. */
function convolve(
  values: Picture | Float64Array,
  {
    rows,
    width,
    stride,
    step,
  }: { readonly rows: number; readonly width: number; readonly stride: number; readonly step: number },
): Float64Array {
  const result = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < width; i++) {
      const at = row * stride + i;
      // Written out: half the time of a loop over the weights.
      result[row * width + i] =
        w0 * values[at]! +
        w1 * values[at + step]! +
        w2 * values[at + 2 * step]! +
        w3 * values[at + 3 * step]! +
        w4 * values[at + 4 * step]! +
        w5 * values[at + 5 * step]! +
        w6 * values[at + 6 * step]! +
        w7 * values[at + 7 * step]! +
        w8 * values[at + 8 * step]! +
        w9 * values[at + 9 * step]! +
        w10 * values[at + 10 * step]!;
    }
  }
  return result;
}

function gaussian(): Float64Array {
  const raw = Array.from({ length: WINDOW }, (_, i) => Math.exp(-((i - (WINDOW - 1) / 2) ** 2) / (2 * SIGMA * SIGMA)));
  const total = raw.reduce((sum, x) => sum + x, 0);
  return Float64Array.from(raw, (x) => x / total);
}

/** A value for each face with its group, as a metric hands them over. */
export function perFace(groups: readonly string[], value: (face: number) => number) {
  return groups.map((group, i) => ({ group, value: value(i) }));
}
