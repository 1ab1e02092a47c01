import { lossConformance } from '@fsae/core/testing';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, test } from 'vitest';
import { adversarial } from '../src/adversarial.js';

beforeAll(() => tf.setBackend('cpu'));

// No warm-up: at step 1 the value would be 0 by definition. `settle`: a fresh u still turns, and with it the kernels.
const small = { hidden: [5, 4], warmup: 0 };
const kit = { reaches: 'latent', adversary: true, settle: 100 } as const;

describe.each([
  { ...small, network: 'vector', objective: 'uniform' },
  { ...small, network: 'vector', objective: 'reversal', r1: 0.5 },
  { ...small, network: 'map', objective: 'uniform' },
  { ...small, network: 'map', objective: 'reversal', spectralNormalisation: false },
])('$network, $objective', (options) => {
  for (const c of lossConformance('adversarial', adversarial, { ...kit, options })) test(c.name, c.run);
});

describe('toward', () => {
  const options = { ...small, objective: 'toward', toward: 'dst' };
  const conformance = { ...kit, oneSided: true, options };
  for (const c of lossConformance('adversarial', adversarial, conformance)) test(c.name, c.run);
});
