import type { Raster } from '../contracts.js';

/** Side of the crops that are judged: sharpness depends on the scale. */
export const JUDGED_SIDE = 128;

/**
 * How sharp a crop of JUDGED_SIDE is: 100 times the variance of the Laplacian over the variance of the grey levels, in
 * the middle half, where the face is. Light and contrast do not change it.
 */
export function sharpness({ width, data }: Raster): number {
  const grey = greyOf(data);
  const [from, to] = [width / 4, (3 * width) / 4];
  const [edges, levels]: [number[], number[]] = [[], []];
  for (let row = from; row < to; row++) {
    for (let column = from; column < to; column++) {
      const at = row * width + column;
      edges.push(grey[at - 1]! + grey[at + 1]! + grey[at - width]! + grey[at + width]! - 4 * grey[at]!);
      levels.push(grey[at]!);
    }
  }
  return (100 * variance(edges)) / Math.max(1, variance(levels));
}

export function greyOf(data: Uint8Array): Float32Array {
  const grey = new Float32Array(data.length / 3);
  for (let i = 0; i < grey.length; i++) {
    grey[i] = 0.299 * data[3 * i]! + 0.587 * data[3 * i + 1]! + 0.114 * data[3 * i + 2]!;
  }
  return grey;
}

function variance(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}
