import type { RandomStream } from '../../contracts/index.js';

/**
 * Random colour mixing that keeps mean brightness roughly: every pixel is multiplied by M = I + strength / 2 * N(0, 1),
 * [3, 3], whose rows are divided by their sums (at least 0.3), and clamped to 0..1. In place on RGB values.
 */
export function mixColours(picture: Float32Array, strength: number, stream: RandomStream): void {
  const mix = Float64Array.from({ length: 9 }, (_, i) => (i % 4 === 0 ? 1 : 0) + 0.5 * strength * stream.normal());
  for (let row = 0; row < 9; row += 3) {
    const sum = Math.max(mix[row]! + mix[row + 1]! + mix[row + 2]!, 0.3);
    for (let i = row; i < row + 3; i++) mix[i] = mix[i]! / sum;
  }
  const [rr = 0, rg = 0, rb = 0, gr = 0, gg = 0, gb = 0, br = 0, bg = 0, bb = 0] = mix;
  for (let i = 0; i < picture.length; i += 3) {
    const r = picture[i]!;
    const g = picture[i + 1]!;
    const b = picture[i + 2]!;
    picture[i] = Math.min(Math.max(rr * r + rg * g + rb * b, 0), 1);
    picture[i + 1] = Math.min(Math.max(gr * r + gg * g + gb * b, 0), 1);
    picture[i + 2] = Math.min(Math.max(br * r + bg * g + bb * b, 0), 1);
  }
}
