import * as tf from '@tensorflow/tfjs';
import { test } from 'vitest';
import { kl } from '../../src/losses/kl.js';
import { l1 } from '../../src/losses/l1.js';
import { latentStatistics } from '../../src/losses/latent-statistics.js';
import { mse } from '../../src/losses/mse.js';
import { ssim } from '../../src/losses/ssim.js';
import { lossConformance } from '../../src/testing/index.js';

await tf.setBackend('cpu');

const picture = { zeroWhen: 'reconstruction-equals-target' } as const;
const latent = { reaches: 'latent', zeroWhen: 'latents-agree' } as const;

const cases = [
  ...lossConformance('l1', l1, { ...picture, masked: { mask: true } }),
  ...lossConformance('mse', mse, { ...picture, masked: { mask: true } }),
  ...lossConformance('ssim', ssim, picture),
  ...lossConformance('kl', kl, { reaches: 'posterior', zeroWhen: 'posterior-is-prior' }),
  ...lossConformance('latent-statistics per cell', latentStatistics, { ...latent, options: { per: 'cell' } }),
  ...lossConformance('latent-statistics per channel', latentStatistics, { ...latent, options: { per: 'channel' } }),
  // Before the first update the batch stands in as a constant for what was: differences would see it move.
  ...lossConformance('latent-statistics per cell, running', latentStatistics, {
    ...latent,
    options: { per: 'cell', momentum: 0.1 },
    settle: 1,
  }),
  ...lossConformance('latent-statistics per channel, running', latentStatistics, {
    ...latent,
    options: { per: 'channel', momentum: 0.3 },
    settle: 1,
  }),
];

for (const { name, run } of cases) test(name, run);
