import { expect, test } from 'vitest';
import { bootstrapMean, quantile } from '../../src/evaluate/bootstrap.js';
import { meanAbsolute, psnr, ssim } from '../../src/evaluate/pictures.js';
import { createRandom } from '../../src/training/random.js';
import fixtures from '../losses/fixtures/ssim.json' with { type: 'json' };
import fixture from './fixtures/information.json' with { type: 'json' };

const flat = (value: number, size: number) => new Float32Array(size * size * 3).fill(value);

test('PSNR of a constant difference of 0.1 is 20 dB', () => {
  expect(psnr(flat(0.5, 8), flat(0.6, 8), 8)).toBeCloseTo(20, 4);
  expect(meanAbsolute(flat(0.5, 8), flat(0.6, 8), 8)).toBeCloseTo(0.1, 6);
});

test('a box sees its own pixels only', () => {
  const changed = flat(0.5, 8);
  // One pixel of row 6, column 2.
  changed.fill(1, (6 * 8 + 2) * 3, (6 * 8 + 3) * 3);
  const upper = { left: 0, top: 0, right: 1, bottom: 0.5 };
  const around = { left: 0.25, top: 0.75, right: 0.375, bottom: 0.875 };
  expect(psnr(flat(0.5, 8), changed, 8, upper)).toBe(100);
  expect(psnr(flat(0.5, 8), changed, 8, around)).toBeCloseTo(-10 * Math.log10(0.25), 4);
});

test('SSIM of constant pictures is the luminance term', () => {
  const [x, y, c1] = [0.2, 0.8, 0.0001];
  expect(ssim(flat(x, 16), flat(y, 16), 16)).toBeCloseTo((2 * x * y + c1) / (x * x + y * y + c1), 4);
});

// Made by scripts/fixtures/ssim.py in PyTorch; the formula of its pictures.
const square = fixtures.ssim.filter(({ rows, columns }) => rows === columns);
test.each(square)('SSIM agrees with PyTorch at $rows px', ({ rows, values, shift }) => {
  const picture = (b: number, s: number) =>
    Float32Array.from({ length: rows * rows * 3 }, (_, at) => {
      const [c, j, i] = [at % 3, Math.floor(at / 3) % rows, Math.floor(at / 3 / rows)];
      const smooth = Math.sin(0.21 * i + 0.13 * j * (c + 1) + 0.7 * b) * Math.cos(0.17 * j - 0.05 * i * c);
      const fine = Math.sin(12.9898 * i + 78.233 * j + 37.719 * c + 5 * b + s);
      return 0.5 + 0.3 * smooth + (0.05 + 0.05 * s) * fine;
    });
  for (const [b, value] of values.entries()) expect(ssim(picture(b, shift), picture(b, 0), rows)).toBeCloseTo(value, 5);
});

test('quantiles are numpy.quantile of [1, 2, 3, 4] at 0.025, 0.5, 0.975', () => {
  expect([0.025, 0.5, 0.975].map((q) => quantile([1, 2, 3, 4], q))).toEqual([1.075, 2.5, 3.925]);
});

test('the bootstrap interval of a mean is the normal one for many independent values', () => {
  const random = createRandom(5);
  const stream = random.stream('sample');
  const values = Array.from({ length: 400 }, (_, i) => ({ value: 10 + 2 * stream.normal(), group: String(i) }));
  const { value, low, high } = bootstrapMean(values, random);
  expect(value).toBeCloseTo(10, 0);
  // 1.96 * 2 / sqrt(400)
  expect(high - value).toBeCloseTo(0.196, 1);
  expect(value - low).toBeCloseTo(0.196, 1);
});

test('frames of few groups give a wider interval than as many independent ones', () => {
  const random = createRandom(5);
  const stream = random.stream('clips');
  const level = Array.from({ length: 8 }, () => stream.normal());
  const frames = Array.from({ length: 400 }, (_, i) => ({ value: level[i % 8] as number, group: `clip ${i % 8}` }));
  const alone = frames.map(({ value }, i) => ({ value, group: String(i) }));
  const width = (set: typeof frames) => {
    const { low, high } = bootstrapMean(set, random);
    return high - low;
  };
  expect(width(frames)).toBeGreaterThan(4 * width(alone));
});

test('agrees with scipy on the percentile interval, over faces and over groups', () => {
  const random = createRandom(1);
  const { bootstrap, grouped } = fixture;
  const alone = bootstrap.values.map((value, i) => ({ value, group: String(i) }));
  const faces = bootstrapMean(alone, random, 20_000);
  expect(faces.low).toBeCloseTo(bootstrap.low, 1);
  expect(faces.high).toBeCloseTo(bootstrap.high, 1);
  const together = grouped.values.map((value, i) => ({ value, group: grouped.groups[i] as string }));
  const groups = bootstrapMean(together, random, 20_000);
  expect(groups.low).toBeCloseTo(grouped.low, 1);
  expect(groups.high).toBeCloseTo(grouped.high, 1);
});
