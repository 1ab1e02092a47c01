import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import type { Callback } from '../../src/contracts/index.js';
import { train } from '../../src/run/train.js';
import { listener, registryOf, tinyConfig } from '../tiny.js';

const folder = () => mkdtemp(join(tmpdir(), 'fsae-train-'));
const forever = new AbortController().signal;

function recorder() {
  const rows: Record<string, number>[] = [];
  const tensors: number[] = [];
  const callback: Callback = {
    name: 'recorder',
    async onStep(report) {
      rows.push({ ...(await report.read()) });
      tensors.push(tf.memory().numTensors);
    },
  };
  return { rows, tensors, callback };
}

test.each([2, 3])('%i identities train: the loss falls and no tensor is left behind', async (people) => {
  const config = tinyConfig(people, { train: { ...tinyConfig().train, steps: 60 } });
  const before = tf.memory().numTensors;
  const { rows, tensors, callback } = recorder();
  const result = await train(
    { config, registry: registryOf(), root: await folder() },
    { logger: listener(), signal: forever, callbacks: () => [callback] },
  );
  expect(result).toMatchObject({ step: 60, reason: 'done', resumedFrom: 0, backend: tinyConfig().backend.use });
  expect(rows).toHaveLength(60);
  const l1 = rows.map((row) => row['loss/l1'] as number);
  expect(mean(l1.slice(-10))).toBeLessThan(0.9 * mean(l1.slice(0, 3)));
  expect(tensors.at(-1)).toBe(tensors[2]);
  expect(tf.memory().numTensors).toBe(before);
});

test("a constraint's multiplier rises while it is broken and is logged", async () => {
  const losses = { l1: { use: 'l1', weight: { atMost: 0.01, rate: 2 }, options: { mask: false } } };
  const { rows, tensors, callback } = recorder();
  await train(
    {
      config: tinyConfig(2, { losses, train: { ...tinyConfig().train, steps: 6 } }),
      registry: registryOf(),
      root: await folder(),
    },
    { logger: listener(), signal: forever, callbacks: () => [callback] },
  );
  let expected = 0;
  for (const row of rows) {
    // Dual ascent: lambda <- lambda + rate * (value - bound).
    expected += 2 * ((row['loss/l1'] as number) - 0.01);
    expect(row['l1/multiplier']).toBeCloseTo(expected, 4);
  }
  expect(tensors.at(-1)).toBe(tensors[2]);
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
