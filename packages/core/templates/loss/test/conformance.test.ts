import { lossConformance } from '@fsae/core/testing';
import * as tf from '@tensorflow/tfjs';
import { test } from 'vitest';
import { loss } from '../src/loss.js';

await tf.setBackend('cpu');

// What fsae asks of every loss; the third argument says which promises this one makes.
for (const { name, run } of lossConformance('part-name', loss, { zeroWhen: 'reconstruction-equals-target' })) {
  test(name, run);
}
