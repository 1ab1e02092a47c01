import '@tensorflow/tfjs-backend-wasm';
import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type FrozenNetwork, loadNetwork } from '@fsae/core';
import { fakeContext } from '@fsae/core/testing';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { embed, openRecogniser } from '../src/recogniser.js';

await tf.setBackend('wasm');

const NAMES = ['avatars', 'avatars-judge'] as const;

// Written by scripts/avatar-embedder/train.py: PyTorch's embeddings by the weights before they were rounded to f16.
const fixture = JSON.parse(readFileSync(new URL('fixtures/avatars.json', import.meta.url), 'utf8')) as Record<
  (typeof NAMES)[number],
  number[]
>;

const wave = () =>
  tf.tensor4d(
    Array.from({ length: 64 * 64 * 3 }, (_, i) => 0.5 + 0.4 * Math.sin(0.01 * i)),
    [1, 64, 64, 3],
  );

async function cosineTo(network: FrozenNetwork, expected: readonly number[]): Promise<number> {
  const cosine = tf.tidy(() => {
    const length = Math.hypot(...expected);
    return tf.sum(tf.mul(embed(network, wave()), tf.tensor2d([expected.map((value) => value / length)])));
  });
  const [value] = await cosine.data();
  cosine.dispose();
  return value as number;
}

test.each(NAMES)('%s gives the embeddings that PyTorch gives', async (name) => {
  const network = await openRecogniser({ model: name }, fakeContext());
  expect(network).toMatchObject({ inputShape: [64, 64, 3], licence: 'Apache-2.0' });
  expect(network.description.alignment).toBe('whole');
  expect(await cosineTo(network, fixture[name])).toBeGreaterThan(0.9999);
  network.dispose();
});

test('the two are no copies of each other', async () => {
  const network = await openRecogniser({ model: 'avatars' }, fakeContext());
  expect(Math.abs(await cosineTo(network, fixture['avatars-judge']))).toBeLessThan(0.5);
  network.dispose();
});

test.each(NAMES)('%s is small, and known to the catalogue', async (name) => {
  const file = (ending: string) => fileURLToPath(new URL(`../models/${name}.${ending}`, import.meta.url));
  expect(statSync(file('bin')).size).toBeLessThan(300_000);
  // By its name alone, as anybody but this package asks for it.
  const network = await loadNetwork({ source: name, context: fakeContext(), root: process.cwd() });
  expect(network.inputShape).toEqual([64, 64, 3]);
  network.dispose();
});
