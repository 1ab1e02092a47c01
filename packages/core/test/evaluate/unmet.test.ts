import { expect, test } from 'vitest';
import { parseRequirements, type Requirement } from '../../src/config/requirements.js';
import type { EvaluationRow } from '../../src/evaluate/rows.js';
import { inWords, unmet } from '../../src/evaluate/unmet.js';

const row = (metric: string, region: string, from: string, value: number): EvaluationRow => ({
  metric,
  region,
  from,
  to: 'ben',
  value,
  low: value,
  high: value,
  meanFace: null,
  noSwap: null,
  reconstruction: null,
  unit: 'dB',
  better: 'higher',
});
const rows = [
  row('swap.truth.psnr', 'whole', 'ada', 21),
  row('swap.truth.psnr', 'whole', 'cleo', 23),
  row('swap.truth.psnr', 'eyes', 'ada', 17),
  row('identityBits', 'two-layer', 'all', 0.5),
  row('identityBits', 'linear', 'all', 0.2),
];
const asked = (text: string) => parseRequirements(text) as readonly Requirement[];
const broken = (text: string) => unmet(rows, asked(text)).map((one) => [inWords(one.requirement), one.row.from]);

test('every row of a metric has to meet the requirement', () => {
  expect(broken('swap.truth.psnr>=20')).toEqual([]);
  expect(broken('swap.truth.psnr > 22, swap.truth.psnr[eyes] > 16')).toEqual([['swap.truth.psnr > 22', 'ada']]);
  expect(broken('swap.truth.psnr<=23,swap.truth.psnr<23')).toEqual([['swap.truth.psnr < 23', 'cleo']]);
});

test('without a region the whole counts, or the first that a metric has', () => {
  expect(broken('swap.truth.psnr>17')).toEqual([]);
  expect(broken('identityBits<0.3')).toEqual([['identityBits < 0.3', 'all']]);
  expect(broken('identityBits[linear]<0.3')).toEqual([]);
});

test('what was not measured is an error that lists what was', () => {
  expect(() => unmet(rows, asked('swapTruth>1'))).toThrow(/swap\.truth\.psnr\[eyes\]/);
  expect(() => unmet(rows, asked('identityBits[cubic]<1'))).toThrow(/identityBits\[cubic\]/);
});

test.each(['', 'swap', 'swap=3', 'swap>', '>3', 'swap>three', 'a>1,', 'a[]>1'])('%j is no requirement', (text) => {
  expect(parseRequirements(text)).toBeUndefined();
});

test('numbers may be negative and in powers of ten', () => {
  expect(asked('a.b-c >= -1.5e-3')).toEqual([{ metric: 'a.b-c', region: null, comparison: '>=', bound: -0.0015 }]);
});
