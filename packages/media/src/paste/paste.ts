import { apply, invert, type Similarity, scaleOf } from '../align/similarity.js';
import { byte, samplePlane, sampler } from '../align/warp.js';
import type { Raster } from '../contracts.js';

/** A square of alphas, 0..1. */
export interface Alpha {
  readonly size: number;
  readonly values: Float32Array;
}

/**
 * Paints a crop into a picture, in place, through a mask that covers the same square at a size of its own. Pixels that
 * the mask does not touch keep every bit.
 *
 * @param toPicture from pixels of the crop to pixels of the picture
 * @returns how many pixels were painted
 */
export function paste(picture: Raster, crop: Raster, alpha: Alpha, toPicture: Similarity): number {
  const size = crop.width;
  const { a, b, x, y } = invert(toPicture);
  // Where the crop is shrunk, as many samples per pixel as keep it from aliasing.
  const samples = Math.min(16, Math.max(1, Math.ceil(1 / scaleOf(toPicture) - 0.01)));
  const sample = sampler(crop, samples > 1);
  const finer = alpha.size / size;
  const value = new Float64Array(3);
  const { left, top, right, bottom } = reach(picture, toPicture, size);
  let painted = 0;
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      let share = 0;
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let j = 0; j < samples; j++) {
        for (let i = 0; i < samples; i++) {
          const px = column + (i + 0.5) / samples;
          const py = row + (j + 0.5) / samples;
          const u = a * px - b * py + x;
          const v = b * px + a * py + y;
          const weight = samplePlane(alpha.values, alpha.size, u * finer, v * finer);
          if (weight <= 0) continue;
          sample(u, v, value);
          share += weight;
          red += weight * value[0]!;
          green += weight * value[1]!;
          blue += weight * value[2]!;
        }
      }
      if (share <= 0) continue;
      const n = samples * samples;
      const at = (row * picture.width + column) * 3;
      const rest = 1 - share / n;
      picture.data[at] = byte(red / n + rest * picture.data[at]!);
      picture.data[at + 1] = byte(green / n + rest * picture.data[at + 1]!);
      picture.data[at + 2] = byte(blue / n + rest * picture.data[at + 2]!);
      painted++;
    }
  }
  return painted;
}

/** The picture's pixels that the square can touch; right and bottom are not included. */
function reach({ width, height }: Raster, toPicture: Similarity, size: number) {
  const corners = [
    [0, 0],
    [size, 0],
    [0, size],
    [size, size],
  ].map(([u, v]) => apply(toPicture, [u!, v!]));
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  const most = scaleOf(toPicture);
  return {
    left: Math.max(0, Math.floor(Math.min(...xs) - most)),
    top: Math.max(0, Math.floor(Math.min(...ys) - most)),
    right: Math.min(width, Math.ceil(Math.max(...xs) + most)),
    bottom: Math.min(height, Math.ceil(Math.max(...ys) + most)),
  };
}
