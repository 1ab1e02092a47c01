import type * as tf from '@tensorflow/tfjs';
import type { Numbers } from './arena.js';

export type ConvInfo = ReturnType<typeof tf.backend_util.computeConv2DInfo>;

/** Rows of a table are read up to a tile past their end. */
const SPARE = 4;

/**
 * Which pixel of a picture each row of a matrix product meets, tap by tap. The numbers are first `stride` targets (where
 * row r of the result goes, in pixels), then per tap `stride` pixels in [batch, height, width], -1 outside of it.
 */
export interface RowTable {
  readonly rows: number;
  /** The filter's taps in the order of the table. */
  readonly taps: readonly number[];
  /** Entries per tap: rows and a few spare ones. */
  readonly stride: number;
}

/** Runs of pixels: [first pixel, first output, count], tap by tap; tap t has the numbers starts[t] to starts[t + 1]. */
export interface RunTable {
  readonly starts: readonly number[];
}

/** Output pixels and the pixels of x under them. */
export function outputRows(info: ConvInfo): Numbers<RowTable> {
  const { batchSize, inHeight, inWidth, outHeight, outWidth } = info;
  const rows = batchSize * outHeight * outWidth;
  const taps = allTaps(info);
  const table = emptyTable(rows, taps);
  for (let row = 0; row < rows; row++) table.values[row] = row;
  for (const [t, tap] of taps.entries()) {
    const [di, dj] = offsets(info, tap);
    let at = (t + 1) * table.about.stride;
    for (let b = 0; b < batchSize; b++) {
      for (let oy = 0; oy < outHeight; oy++) {
        const y = oy * info.strideHeight + di;
        for (let ox = 0; ox < outWidth; ox++, at++) {
          const x = ox * info.strideWidth + dj;
          if (y >= 0 && y < inHeight && x >= 0 && x < inWidth) table.values[at] = (b * inHeight + y) * inWidth + x;
        }
      }
    }
  }
  return table;
}

/**
 * Pixels of x at one position relative to the stride, (py, px) from (0, 0) to below the strides, and the output pixels
 * that they reach with the taps that meet them. All positions together name every pixel of x once.
 */
export function inputRows(info: ConvInfo, dyShape: readonly number[], py: number, px: number): Numbers<RowTable> {
  const { batchSize, inHeight, inWidth, outHeight, outWidth, strideHeight, strideWidth } = info;
  // conv2dTranspose may be given more rows and columns than the convolution has; the rest is not met.
  const [, dyHeight, dyWidth] = dyShape as [number, number, number];
  const [height, width] = [Math.ceil((inHeight - py) / strideHeight), Math.ceil((inWidth - px) / strideWidth)];
  const taps = allTaps(info).filter((tap) => {
    const [di, dj] = offsets(info, tap);
    return (py - di) % strideHeight === 0 && (px - dj) % strideWidth === 0;
  });
  const table = emptyTable(batchSize * height * width, taps);
  for (const [t, tap] of taps.entries()) {
    const [di, dj] = offsets(info, tap);
    let at = (t + 1) * table.about.stride;
    for (let b = 0; b < batchSize; b++) {
      for (let y = py; y < inHeight; y += strideHeight) {
        const oy = (y - di) / strideHeight;
        for (let x = px; x < inWidth; x += strideWidth, at++) {
          const ox = (x - dj) / strideWidth;
          if (oy >= 0 && oy < outHeight && ox >= 0 && ox < outWidth) {
            table.values[at] = (b * dyHeight + oy) * dyWidth + ox;
          }
        }
      }
    }
  }
  let row = 0;
  for (let b = 0; b < batchSize; b++) {
    for (let y = py; y < inHeight; y += strideHeight) {
      for (let x = px; x < inWidth; x += strideWidth) table.values[row++] = (b * inHeight + y) * inWidth + x;
    }
  }
  return table;
}

/** Runs of pixels of x, a stride apart, and of the output pixels over them, for the pictures from `first` to `end`. */
export function outputRuns(info: ConvInfo, first: number, end: number): Numbers<RunTable> {
  const { inHeight, inWidth, outHeight, outWidth, strideHeight, strideWidth } = info;
  const runs: number[] = [];
  const starts = [0];
  for (const tap of allTaps(info)) {
    const [di, dj] = offsets(info, tap);
    const left = Math.max(0, Math.ceil(-dj / strideWidth));
    const right = Math.min(outWidth - 1, Math.floor((inWidth - 1 - dj) / strideWidth));
    for (let b = first; b < end && left <= right; b++) {
      for (let oy = 0; oy < outHeight; oy++) {
        const y = oy * strideHeight + di;
        if (y < 0 || y >= inHeight) continue;
        const pixel = (b * inHeight + y) * inWidth + left * strideWidth + dj;
        const output = ((b - first) * outHeight + oy) * outWidth + left;
        append(runs, starts.at(-1) as number, [pixel, output, right - left + 1], strideWidth);
      }
    }
    starts.push(runs.length);
  }
  return { values: Int32Array.from(runs), about: { starts } };
}

/** Makes one run of two of a tap that follow each other. */
function append(runs: number[], start: number, run: readonly [number, number, number], step: number): void {
  const [pixel, output, count] = run;
  const [lastPixel, lastOutput, lastCount] = runs.slice(-3) as [number, number, number];
  const follows = runs.length > start && lastPixel + lastCount * step === pixel && lastOutput + lastCount === output;
  if (follows) runs[runs.length - 1] = lastCount + count;
  else runs.push(pixel, output, count);
}

function allTaps({ filterHeight, filterWidth }: ConvInfo): number[] {
  return Array.from({ length: filterHeight * filterWidth }, (_, tap) => tap);
}

/** From an output pixel times the stride to the pixel of x under a tap. */
function offsets(info: ConvInfo, tap: number): [number, number] {
  return [
    Math.floor(tap / info.filterWidth) * info.dilationHeight - info.padInfo.top,
    (tap % info.filterWidth) * info.dilationWidth - info.padInfo.left,
  ];
}

function emptyTable(rows: number, taps: readonly number[]): Numbers<RowTable> {
  const stride = rows + SPARE;
  const values = new Int32Array(stride * (taps.length + 1)).fill(-1);
  return { values, about: { rows, taps, stride } };
}
