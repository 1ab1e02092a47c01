import type { Raster } from '../contracts.js';

/** Two pictures of one size, the first on the left. */
export function sideBySide(left: Raster, right: Raster): Raster {
  const { width, height } = left;
  const data = new Uint8Array(2 * width * height * 3);
  const row = width * 3;
  for (let y = 0; y < height; y++) {
    data.set(left.data.subarray(y * row, (y + 1) * row), 2 * y * row);
    data.set(right.data.subarray(y * row, (y + 1) * row), (2 * y + 1) * row);
  }
  return { width: 2 * width, height, data };
}
