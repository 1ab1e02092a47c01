import { expect, test } from 'vitest';
import type { Raster } from '../../src/contracts.js';
import { transferColour } from '../../src/paste/colour.js';
import { fromLab, toLab } from '../../src/paste/lab.js';

function labOf(...rgb: [number, number, number]): number[] {
  const lab = new Float64Array(3);
  toLab(Uint8Array.from(rgb), 0, lab);
  return [...lab].map((value) => Number(value.toFixed(2)));
}

test.each([
  // Lindbloom's CIE colour calculator: sRGB, D65.
  [
    [255, 255, 255],
    [100, 0, 0],
  ],
  [
    [0, 0, 0],
    [0, 0, 0],
  ],
  [
    [255, 0, 0],
    [53.24, 80.09, 67.2],
  ],
  [
    [0, 255, 0],
    [87.73, -86.18, 83.18],
  ],
  [
    [0, 0, 255],
    [32.3, 79.19, -107.86],
  ],
] as const)('%j is %j in L*a*b*', (rgb, lab) => {
  for (const [i, value] of labOf(...(rgb as unknown as [number, number, number])).entries()) {
    expect(Math.abs(value - lab[i]!)).toBeLessThan(0.02);
  }
});

test('every colour comes back as it was', () => {
  const [lab, back] = [new Float64Array(3), new Uint8Array(3)];
  for (let i = 0; i < 4096; i++) {
    const rgb = Uint8Array.from([(i & 15) * 17, ((i >> 4) & 15) * 17, (i >> 8) * 17]);
    toLab(rgb, 0, lab);
    fromLab(lab, back, 0);
    expect(back).toEqual(rgb);
  }
});

/** Greys and a tint around a mean, reproducibly. */
function noisy(mean: number, swing: number, tint: number, size = 32): Raster {
  const data = new Uint8Array(size * size * 3);
  for (let i = 0; i < size * size; i++) {
    const level = mean + swing * Math.sin(i * 12.9898);
    data.set([level + tint, level, level - tint].map(Math.round), 3 * i);
  }
  return { width: size, height: size, data };
}

function statisticsOf({ data }: Raster, from: number) {
  const lab = new Float64Array(3);
  const values: number[][] = [];
  for (let i = from; i < data.length / 3; i++) {
    toLab(data, 3 * i, lab);
    values.push([...lab]);
  }
  return [0, 1, 2].map((c) => {
    const mean = values.reduce((sum, value) => sum + value[c]!, 0) / values.length;
    const square = values.reduce((sum, value) => sum + (value[c]! - mean) ** 2, 0) / values.length;
    return { mean, deviation: Math.sqrt(square) };
  });
}

test('inside the mask the face gets the mean and the deviation of the other', () => {
  const [face, like] = [noisy(90, 25, 5), noisy(140, 35, 20)];
  const mask = Float32Array.from({ length: 1024 }, (_, i) => (i < 512 ? 0 : 1));
  // What lies outside of the mask must not count.
  like.data.fill(0, 0, 3 * 512);
  const [wanted, got] = [statisticsOf(like, 512), statisticsOf(transferColour(face, like, mask), 512)];
  expect(Math.abs(got[0]!.mean - wanted[0]!.mean)).toBeLessThan(0.1);
  expect(Math.abs(got[0]!.deviation - wanted[0]!.deviation)).toBeLessThan(0.1);
  for (const c of [1, 2]) expect(Math.abs(got[c]!.mean - wanted[c]!.mean)).toBeLessThan(0.3);
});

test('a flat face is not made all noise, an empty mask changes nothing', () => {
  const [flat, like] = [noisy(90, 2, 0), noisy(140, 60, 0)];
  const everywhere = new Float32Array(1024).fill(1);
  const ratio =
    statisticsOf(transferColour(flat, like, everywhere), 0)[0]!.deviation / statisticsOf(flat, 0)[0]!.deviation;
  expect(ratio).toBeLessThan(2.1);
  expect(transferColour(flat, like, new Float32Array(1024))).toBe(flat);
});
