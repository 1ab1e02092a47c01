import { openBackend, train } from '@fsae/core';
import * as tf from '@tensorflow/tfjs';
import { expect, test, vi } from 'vitest';
import { inFolder, TINY } from './fsae.js';

/** A kernel that onnx does not have is run by cpu: everything before it is computed at once, and the step is cut in two. */
test('a step of training on onnx is one graph, whatever the losses', { timeout: 120_000 }, () =>
  inFolder(async (root) => {
    await openBackend({ use: 'onnx', root, threads: 1 });
    const onnx = Object.getPrototypeOf(tf.backend()) as { runOnCpu(kernel: string): unknown };
    const runOnCpu = vi.spyOn(onnx, 'runOnCpu');
    await train({
      root,
      config: {
        name: 'whole',
        preset: 'small',
        identities: TINY.identities,
        train: { steps: 3 },
        evaluate: { metrics: [] },
        losses: {
          l1: { weight: 1, mask: true },
          mse: 1,
          ssim: 1,
          kl: { weight: { atMost: 100 } },
          'latent-statistics': { weight: 1, per: 'cell', momentum: 0.1 },
          adversarial: { weight: { atMost: 0.5, of: 'identityBits' }, network: 'vector', objective: 'uniform' },
        },
        model: { bottleneck: { use: 'spatial', channels: 8, variational: true } },
        backend: { use: 'onnx', threads: 1 },
      },
    });
    expect(runOnCpu.mock.calls.map(([kernel]) => kernel)).toEqual([]);
    runOnCpu.mockRestore();
  }),
);
