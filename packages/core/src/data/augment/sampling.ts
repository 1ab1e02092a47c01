/**
 * A resampling of a square picture, row by row: fills `xs` and `ys` with the place in the source, in pixels (0 is the
 * centre of the first pixel), that each pixel of output row `y` shows. Rows, so that no map of the whole picture is held.
 */
export type Resampling = (y: number, xs: Float64Array, ys: Float64Array) => void;

/**
 * Reads `source` (size * size * channels, row by row) bilinearly at the places `resampling` gives and writes `out`, of
 * the same shape. Outside the picture its border repeats: torch's grid_sample with padding_mode='border',
 * align_corners=False.
 */
export function resample(
  source: Float32Array,
  size: number,
  channels: number,
  resampling: Resampling,
  out: Float32Array,
): void {
  const xs = new Float64Array(size);
  const ys = new Float64Array(size);
  const last = size - 1;
  const stride = size * channels;
  let at = 0;
  for (let y = 0; y < size; y++) {
    resampling(y, xs, ys);
    for (let x = 0; x < size; x++) {
      const sx = Math.min(Math.max(xs[x]!, 0), last);
      const sy = Math.min(Math.max(ys[x]!, 0), last);
      const left = Math.min(sx | 0, last - 1);
      const top = Math.min(sy | 0, last - 1);
      const fx = sx - left;
      const fy = sy - top;
      const from = top * stride + left * channels;
      for (let i = from; i < from + channels; i++) {
        const upper = source[i]! + fx * (source[i + channels]! - source[i]!);
        const below = i + stride;
        const lower = source[below]! + fx * (source[below + channels]! - source[below]!);
        out[at++] = upper + fy * (lower - upper);
      }
    }
  }
}
