import * as v from 'valibot';
import type { MetricValue, Picture } from '../../contracts/index.js';
import { defineMetric } from '../../plugins/define.js';
import { type Moments, momentsOf, perFace, psnr, ssimOf, WHOLE } from '../pictures.js';

/**
 * The swap against the true picture of `to` in the pose and expression of `from`: PSNR (peak 1) of the whole picture and
 * of each region, SSIM (Wang et al. 2004) of the whole. Synthetic people only: of others nobody knows the truth.
 */
export const swapTruth = defineMetric({
  options: v.strictObject({}),
  create: () => {
    // The same truths are asked about once for the swap and once for each baseline.
    let known: { readonly of: readonly Picture[]; readonly moments: readonly Moments[] } | undefined;
    return {
      async swap({ to, groups, swap, truth }, set) {
        if (truth === undefined) return [];
        const boxes = [['whole', WHOLE] as const, ...Object.entries(set.regions(to))];
        const regions = boxes.map(
          ([region, box]): MetricValue => ({
            name: 'swap.truth.psnr',
            region,
            unit: 'dB',
            better: 'higher',
            measured: perFace(groups, (i) => psnr(swap[i]!, truth[i]!, set.size, box)),
          }),
        );
        if (known?.of !== truth) known = { of: truth, moments: truth.map((picture) => momentsOf(picture, set.size)) };
        const { moments } = known;
        let shown: Moments | undefined;
        const similarity = perFace(groups, (i) => {
          // The mean face is one picture for all.
          if (shown?.picture !== swap[i]) shown = momentsOf(swap[i]!, set.size);
          return ssimOf(shown!, moments[i]!, set.size);
        });
        return [...regions, { name: 'swap.truth.ssim', unit: '', better: 'higher', measured: similarity }];
      },
    };
  },
});
