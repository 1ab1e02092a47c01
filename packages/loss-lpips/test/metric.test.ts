import '@tensorflow/tfjs-backend-wasm';
import type { EvaluationSet, MetricContext, SwappedFaces } from '@fsae/core';
import { fakeContext } from '@fsae/core/testing';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { perceptualDistance } from '../src/lpips.js';
import { lpips } from '../src/metric.js';
import { readWeights } from '../src/weights.js';

await tf.setBackend('wasm');

const SIZE = 32;
const set = { size: SIZE } as EvaluationSet;
const wave = (frequency: number) =>
  Float32Array.from({ length: SIZE * SIZE * 3 }, (_, i) => 0.5 + 0.4 * Math.sin(frequency * i));
const source = [wave(0.01), wave(0.02), wave(0.03)];
const other = [wave(0.05), wave(0.02), wave(0.07)];
const groups = ['a', 'b', 'c'];
const context = (side = SIZE) => ({ ...fakeContext(), image: [side, side, 3], losses: {} }) as unknown as MetricContext;

test('each face has the distance of the loss, equal pictures have none', async () => {
  const metric = lpips.create({ net: 'squeeze' }, context());
  await metric.prepare?.();
  const before = tf.memory().numTensors;
  const faces = { identity: 'ada', groups, source, reconstruction: other };
  const [row] = (await metric.reconstruction?.(faces, set)) ?? [];
  expect(tf.memory().numTensors).toBe(before);
  const weights = await readWeights({ net: 'squeeze' }, '');
  const tensor = (picture: Float32Array) => tf.tensor4d(picture, [1, SIZE, SIZE, 3]);
  const [alone] = await perceptualDistance('squeeze', weights, tensor(other[0]!), tensor(source[0]!)).data();
  const measured = row?.measured as readonly { readonly value: number; readonly group: string }[];
  expect(row?.name).toBe('reconstruction.lpips');
  expect(measured.map(({ group }) => group)).toEqual(groups);
  expect(measured[0]?.value).toBeCloseTo(alone as number, 6);
  expect(measured[1]?.value).toBe(0);
  expect(measured[2]?.value).toBeGreaterThan(0.05);
  metric.dispose?.();
});

test('a swap is held against the truth, where there is one', async () => {
  const metric = lpips.create({ net: 'squeeze' }, context());
  await metric.prepare?.();
  const faces: SwappedFaces = { from: 'ada', to: 'ben', groups, source, swap: other };
  expect(await metric.swap?.(faces, set)).toEqual([]);
  const [row] = (await metric.swap?.({ ...faces, truth: other }, set)) ?? [];
  expect(row).toMatchObject({ name: 'swap.truth.lpips', better: 'lower' });
  expect(row?.measured).toEqual(groups.map((group) => ({ group, value: 0 })));
  metric.dispose?.();
});

test('pictures that are too small for the network are passed over', async () => {
  const metric = lpips.create({ net: 'squeeze' }, context(8));
  await metric.prepare?.();
  expect(await metric.reconstruction?.({ identity: 'ada', groups, source, reconstruction: other }, set)).toEqual([]);
});
