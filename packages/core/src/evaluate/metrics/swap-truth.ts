import * as v from 'valibot';
import type { MetricValue } from '../../contracts/index.js';
import { defineMetric } from '../../plugins/define.js';
import { perFace, psnr, ssim, WHOLE } from '../pictures.js';

/**
 * The swap against the true picture of `to` in the pose and expression of `from`: PSNR (peak 1) of the whole picture and
 * of each region, SSIM (Wang et al. 2004) of the whole. Synthetic people only: of others nobody knows the truth.
 */
export const swapTruth = defineMetric({
  options: v.strictObject({}),
  create: () => ({
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
      const similarity = perFace(groups, (i) => ssim(swap[i]!, truth[i]!, set.size));
      return [...regions, { name: 'swap.truth.ssim', unit: '', better: 'higher', measured: similarity }];
    },
  }),
});
