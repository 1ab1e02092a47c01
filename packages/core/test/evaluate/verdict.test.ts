import { expect, test } from 'vitest';
import type { EvaluationRow } from '../../src/evaluate/rows.js';
import { verdictOf } from '../../src/evaluate/verdict.js';

const row = (change: Partial<EvaluationRow>): EvaluationRow => ({
  metric: 'swap.truth.psnr',
  region: 'whole',
  from: 'ada',
  to: 'ben',
  value: 22,
  low: 21.8,
  high: 22.2,
  meanFace: 18,
  noSwap: 14,
  reconstruction: 24,
  unit: 'dB',
  better: 'higher',
  ...change,
});

test('a swap is above the mean face in every direction and near its reconstruction', () => {
  expect(verdictOf([row({}), row({ from: 'ben', to: 'ada', value: 23 })])).toEqual({
    passed: true,
    text: "A swap: at least 4.0 dB above the target's mean face (ada > ben), at most 2.0 dB behind the reconstruction (ada > ben).",
  });
});

test('the worst direction decides', () => {
  const { passed, text } = verdictOf([row({}), row({ from: 'ben', to: 'ada', value: 17 })]);
  expect(passed).toBe(false);
  expect(text).toContain("Not a swap: 1.0 dB below the target's mean face (ben > ada). What helps:");
});

test('far behind the reconstruction it leaks', () => {
  const { passed, text } = verdictOf([row({ reconstruction: 27 })]);
  expect(passed).toBe(true);
  expect(text).toContain('that leaks: 5.0 dB behind the reconstruction (ada > ben)');
});

test('regions and reconstructions decide nothing', () => {
  const eyes = row({ region: 'eyes', value: 10 });
  const own = row({ metric: 'reconstruction.psnr', to: 'ada', value: 1 });
  expect(verdictOf([row({}), eyes, own]).passed).toBe(true);
});

test('of real people a recogniser judges, if there is one', () => {
  const judged = (value: number) => verdictOf([row({ metric: 'swapIdentity', region: 'nearest', value, meanFace: 0 })]);
  expect(judged(0.97)).toMatchObject({ passed: true, text: expect.stringContaining('97 % of ada > ben') });
  expect(judged(0.97).text).not.toContain('So is the mean face');
  const blurred = row({ metric: 'swapIdentity', region: 'nearest', value: 1, meanFace: 1 });
  expect(verdictOf([blurred]).text).toContain('So is the mean face: whether it is a swap, only the pictures tell.');
  expect(judged(0.6)).toMatchObject({ passed: false, text: expect.stringContaining('Identity leaks: only 60 %') });
  expect(verdictOf([]).text).toContain('@fsae/loss-arcface');
});
