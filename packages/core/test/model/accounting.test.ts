import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { presets } from '../../src/config/presets.js';
import { resolveConfig } from '../../src/config/resolve.js';
import { createModel } from '../../src/container/parts.js';
import { summarise } from '../../src/model/accounting.js';

async function inspected(preset: string) {
  const resolved = await resolveConfig(
    { preset, identities: { src: { use: 'avatars' }, dst: { use: 'avatars' } }, losses: { l1: 1 }, backend: 'cpu' },
    { file: null, root: process.cwd() },
  );
  const logger = { info() {}, warn() {} };
  const signal = new AbortController().signal;
  const model = createModel({ ...resolved, cacheDir: '', logger, signal });
  const size = resolved.config.size;
  const summary = summarise(model, [size, size, 3], resolved.config.train.batchSize);
  model.dispose();
  return summary;
}

// The article's table, to its last digit.
test.each([
  ['article-256', { latent: [3, 3, 1024], in: 196_608, out: 9_216, ratio: '21.3', kept: '4.69', cells: 9 }],
  ['article-512', { latent: [7, 7, 1024], in: 786_432, out: 50_176, ratio: '15.7', kept: '6.38', cells: 49 }],
])('%s has the latent of the article', async (preset, expected) => {
  const { accounting } = await inspected(preset);
  expect(accounting.latent).toEqual(expected.latent);
  expect(accounting.elementsIn).toBe(expected.in);
  expect(accounting.elementsOut).toBe(expected.out);
  expect(accounting.ratio.toFixed(1)).toBe(expected.ratio);
  expect((accounting.kept * 100).toFixed(2)).toBe(expected.kept);
  expect(accounting.cells).toBe(expected.cells);
});

test('original has the parameters of the model that it is named after', async () => {
  const { parts, parameters } = await inspected('original');
  const [encoder, bottleneck, ...decoders] = parts.map((part) => part.parameters);
  // Counted from the layer list of faceswap's `original`: 69.66 M shared, 6.20 M for each person.
  expect((encoder as number) + (bottleneck as number)).toBe(69_662_976);
  expect(decoders).toEqual([6_199_747, 6_199_747]);
  expect(parameters).toBe(82_062_470);
});

test('small is the measured recipe: 1.37 M parameters, 0.9 GFLOP a step', async () => {
  const { parameters, flopsPerStep, accounting } = await inspected('small');
  expect(parameters).toBe(1_374_808);
  expect((flopsPerStep as number) / 1e9).toBeCloseTo(0.9, 2);
  expect(accounting.latent).toEqual([3, 3, 64]);
});

test('wide is the 7x7 latent at 128 px', async () => {
  const { accounting, flopsPerStep } = await inspected('wide');
  expect(accounting).toMatchObject({ elementsIn: 49_152, latent: [7, 7, 64], elementsOut: 3136, cells: 49 });
  expect((flopsPerStep as number) / 1e9).toBeGreaterThan(1);
});

test('the same stages at 128 px give the 7x7 of the article', async () => {
  const small = presets['small'];
  const resolved = await resolveConfig(
    {
      preset: 'small',
      size: 128,
      identities: { a: { use: 'avatars' }, b: { use: 'avatars' } },
      model: { bottleneck: { use: 'spatial', channels: 64, hidden: 96, expand: 'transposed' } },
    },
    { file: null, root: process.cwd() },
  );
  expect(small?.model.encoder).toMatchObject({ stages: 2 });
  const model = createModel({
    ...resolved,
    cacheDir: '',
    logger: { info() {}, warn() {} },
    signal: new AbortController().signal,
  });
  expect(model.bottleneck.latentShape).toEqual([7, 7, 64]);
  expect(model.bottleneck.outputShape).toEqual([32, 32, 32]);
  model.dispose();
  expect(tf.memory().numTensors).toBe(0);
});
