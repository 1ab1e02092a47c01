import '@tensorflow/tfjs-backend-wasm';
import { lossConformance } from '@fsae/core/testing';
import * as tf from '@tensorflow/tfjs';
import { test } from 'vitest';
import { lpips } from '../src/lpips.js';

await tf.setBackend('wasm');

// A network of ReLUs and maxima has kinks everywhere: differences follow the gradient less closely than in a smooth loss.
const conformance = { size: 24, zeroWhen: 'reconstruction-equals-target', tolerance: 0.05 } as const;

for (const { name, run } of lossConformance('lpips', lpips, conformance)) test(name, run);
