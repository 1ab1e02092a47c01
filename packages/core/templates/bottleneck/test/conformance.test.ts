import { bottleneckConformance } from '@fsae/core/testing';
import * as tf from '@tensorflow/tfjs';
import { test } from 'vitest';
import { bottleneck } from '../src/bottleneck.js';

await tf.setBackend('cpu');

// What fsae asks of every bottleneck.
for (const { name, run } of bottleneckConformance('part-name', bottleneck, { size: 16, features: [4, 4, 6] }))
  test(name, run);
