import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ResolvedConfig } from '../../src/config/define.js';
import type { Callback } from '../../src/contracts/index.js';
import { readLog } from '../../src/reporting/log-file.js';
import { train } from '../../src/run/train.js';
import { listener, registryOf, tinyConfig } from '../tiny.js';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'fsae-live-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const METRICS = ['reconstruction', 'swap.truth', 'swapInvariance'];

function run(name: string, evaluate: Partial<ResolvedConfig['evaluate']>, steps: number, callbacks: Callback[] = []) {
  const standard = { metrics: {}, learnFrom: 600, atMost: null, every: 2, faces: 2, live: METRICS, stopWhen: null };
  const base = tinyConfig(2, { name, evaluate: { ...standard, ...evaluate } });
  const config = { ...base, train: { ...base.train, steps } };
  const options = { logger: listener(), signal: new AbortController().signal, callbacks: () => callbacks };
  return train({ config, registry: registryOf(), root }, options);
}

const log = (name: string) => readLog(join(root, 'runs', name, 'held-out.jsonl'));

test('measures every so many steps and logs means by name', { timeout: 60_000 }, async () => {
  const tensors: number[] = [];
  const count: Callback = { name: 'count', onStep: () => void tensors.push(tf.memory().numTensors) };
  expect(await run('measured', {}, 6, [count])).toMatchObject({ step: 6, reason: 'done' });
  const lines = await log('measured');
  expect(lines.map(({ step }) => step)).toEqual([2, 4, 6]);
  for (const line of lines) {
    expect(line['swap.truth.psnr']).toBeGreaterThan(0);
    expect(line['swap.truth.psnr[eyes]']).toBeGreaterThan(0);
    expect(line['swapInvariance']).toBeGreaterThan(0);
    expect(line).not.toHaveProperty('identityBits[linear]');
  }
  // Before the first measurement of a step and after it there are as many.
  expect(tensors.at(-1)).toBe(tensors[2]);
});

test('ends when it is good enough, and is complete then', { timeout: 60_000 }, async () => {
  const stopWhen = 'reconstruction.psnr > 1, swap.truth.psnr < 90';
  expect(await run('enough', { stopWhen }, 50)).toMatchObject({ step: 2, reason: 'done' });
  expect(await run('enough', { stopWhen }, 50)).toMatchObject({ step: 2, reason: 'done', resumedFrom: 2 });
  // Whoever asks for more gets more.
  expect(await run('enough', { stopWhen: 'reconstruction.psnr > 99' }, 5)).toMatchObject({ step: 5, reason: 'done' });
  expect((await log('enough')).map(({ step }) => step)).toEqual([2, 4]);
});

test('the random numbers of a run do not depend on whether it is watched', { timeout: 60_000 }, async () => {
  const losses: number[][] = [[], []];
  const record = (i: number): Callback => ({
    name: 'record',
    onStep: async (report) => void losses[i]?.push((await report.read())['loss'] as number),
  });
  await run('watched', {}, 4, [record(0)]);
  await run('alone', { every: 0 }, 4, [record(1)]);
  expect(losses[0]).toEqual(losses[1]);
});
