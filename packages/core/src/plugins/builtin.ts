import { cpu } from '../backends/cpu.js';
import { tfjsNode, tfjsNodeGpu } from '../backends/tfjs-node.js';
import { wasm } from '../backends/wasm.js';
import { avatars } from '../data/avatars.js';
import { folder } from '../data/folder.js';
import { identityBits } from '../evaluate/metrics/identity-bits.js';
import { information } from '../evaluate/metrics/information.js';
import { reconstruction } from '../evaluate/metrics/reconstruction.js';
import { swapInvariance } from '../evaluate/metrics/swap-invariance.js';
import { swapSource } from '../evaluate/metrics/swap-source.js';
import { swapStructure } from '../evaluate/metrics/swap-structure.js';
import { swapTruth } from '../evaluate/metrics/swap-truth.js';
import { kl } from '../losses/kl.js';
import { l1 } from '../losses/l1.js';
import { latentStatistics } from '../losses/latent-statistics.js';
import { msSsim } from '../losses/ms-ssim.js';
import { mse } from '../losses/mse.js';
import { ssim } from '../losses/ssim.js';
import { convEncoder } from '../model/conv-encoder.js';
import { dense } from '../model/dense.js';
import { pixelShuffle } from '../model/pixel-shuffle.js';
import { spatial } from '../model/spatial.js';
import { AlternatingTrainer } from '../training/trainer.js';
import { definePlugin } from './define.js';

/** Core's own parts, loaded by the same path as everybody else's. */
export const builtin = definePlugin({
  name: '@fsae/core',
  api: 1,
  encoders: { conv: convEncoder },
  bottlenecks: { spatial, dense },
  decoders: { 'pixel-shuffle': pixelShuffle },
  trainers: { alternating: AlternatingTrainer },
  datasets: { folder, avatars },
  losses: { l1, mse, ssim, 'ms-ssim': msSsim, kl, 'latent-statistics': latentStatistics },
  metrics: {
    reconstruction,
    'swap.truth': swapTruth,
    'swap.source': swapSource,
    'swap.structure': swapStructure,
    swapInvariance,
    identityBits,
    information,
  },
  backends: { cpu, wasm, 'tfjs-node': tfjsNode, 'tfjs-node-gpu': tfjsNodeGpu },
});
