import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs';
import { test } from 'vitest';
import { msSsim } from '../../src/losses/ms-ssim.js';
import { lossConformance } from '../../src/testing/index.js';

// Five scales of 176 pixels are too much for the cpu backend.
await tf.setBackend('wasm');

for (const { name, run } of lossConformance('ms-ssim', msSsim, {
  zeroWhen: 'reconstruction-equals-target',
  size: 176,
  steps: 2,
})) {
  test(name, run, 300_000);
}
