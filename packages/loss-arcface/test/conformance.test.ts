import { rm } from 'node:fs/promises';
import { lossConformance } from '@fsae/core/testing';
import * as tf from '@tensorflow/tfjs';
import { afterAll, test } from 'vitest';
import { arcface } from '../src/arcface.js';
import { temporaryFolder, writeSmooth } from './tiny-network.js';

await tf.setBackend('cpu');

const folder = await temporaryFolder();
const model = await writeSmooth(folder, 16);
afterAll(() => rm(folder, { recursive: true }));

const context = { cacheDir: folder };

for (const { name, run } of lossConformance('arcface', arcface, {
  options: { model },
  context,
  reaches: 'swap',
  zeroWhen: 'swap-equals-target',
}))
  test(name, run);

for (const { name, run } of lossConformance('arcface against centroids, repelled', arcface, {
  options: { model, against: 'centroid', repel: true, margin: -1 },
  context,
  reaches: 'swap',
  steps: 20,
}))
  test(name, run);
