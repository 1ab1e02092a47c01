import { decoderConformance } from '@fsae/core/testing';
import * as tf from '@tensorflow/tfjs';
import { test } from 'vitest';
import { decoder } from '../src/decoder.js';

await tf.setBackend('cpu');

// What fsae asks of every decoder.
for (const { name, run } of decoderConformance('part-name', decoder, { size: 16, features: [4, 4, 6] }))
  test(name, run);
