import { defineMetric, type Picture, tensorOf } from '@fsae/core';
import * as tf from '@tensorflow/tfjs';
import { perceptualDistance } from './lpips.js';
import { SMALLEST_SIDE } from './network.js';
import { type LpipsOptions, options } from './options.js';
import { type FrozenWeights, readWeights } from './weights.js';

const BATCH = 15;

/**
 * LPIPS v0.1 (Zhang et al. 2018) of reconstructions and their faces (`reconstruction.lpips`), and of swaps and the true
 * pictures where these are known (`swap.truth.lpips`). Silent for pictures that the network's strides leave nothing of.
 */
export const lpips = defineMetric({
  options,
  create(options: LpipsOptions, context) {
    let weights: FrozenWeights | undefined;
    const small = Math.min(context.image[0], context.image[1]) < SMALLEST_SIDE[options.net];

    const distances = async (a: readonly Picture[], b: readonly Picture[], size: number) => {
      const found: number[] = [];
      for (let start = 0; start < a.length; start += BATCH) {
        const [x, y] = [tensorOf(a.slice(start, start + BATCH), size), tensorOf(b.slice(start, start + BATCH), size)];
        const distance = tf.tidy(() => perceptualDistance(options.net, weights!, x, y));
        found.push(...(await distance.data()));
        tf.dispose([x, y, distance]);
      }
      return found;
    };
    const rows = async (
      name: string,
      groups: readonly string[],
      a: readonly Picture[],
      b: readonly Picture[],
      size: number,
    ) => {
      const values = await distances(a, b, size);
      const measured = groups.map((group, i) => ({ group, value: values[i]! }));
      return [{ name, unit: '', better: 'lower' as const, measured }];
    };

    return {
      async prepare() {
        if (!small) weights = await readWeights(options, context.root);
      },
      async reconstruction({ groups, reconstruction, source }, { size }) {
        return small ? [] : rows('reconstruction.lpips', groups, reconstruction, source, size);
      },
      async swap({ groups, swap, truth }, { size }) {
        return small || truth === undefined ? [] : rows('swap.truth.lpips', groups, swap, truth, size);
      },
      dispose() {
        if (weights !== undefined) tf.dispose({ ...weights });
        weights = undefined;
      },
    };
  },
});
