import * as v from 'valibot';
import { defineMetric } from '../../plugins/define.js';
import { perFace, psnr } from '../pictures.js';

/**
 * PSNR between the swap and the picture that went in, where the true swap is not known: high means that the source came
 * through. It says nothing about whom the swap shows; the mean face has a low one too.
 */
export const swapSource = defineMetric({
  options: v.strictObject({}),
  create: () => ({
    async swap({ groups, source, swap, truth }, { size }) {
      if (truth !== undefined) return [];
      const measured = perFace(groups, (i) => psnr(swap[i]!, source[i]!, size));
      return [{ name: 'swap.source.psnr', unit: 'dB', better: 'lower', measured }];
    },
  }),
});
