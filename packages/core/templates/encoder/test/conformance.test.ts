import { encoderConformance } from '@fsae/core/testing';
import * as tf from '@tensorflow/tfjs';
import { test } from 'vitest';
import { encoder } from '../src/encoder.js';

await tf.setBackend('cpu');

// What fsae asks of every encoder.
for (const { name, run } of encoderConformance('part-name', encoder, { size: 16 })) test(name, run);
