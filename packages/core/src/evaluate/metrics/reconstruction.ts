import * as v from 'valibot';
import type { Picture } from '../../contracts/index.js';
import { defineMetric } from '../../plugins/define.js';
import { meanAbsolute, perFace, psnr, ssim } from '../pictures.js';

/** How well each decoder draws its own person: L1, PSNR (peak 1) and SSIM (Wang et al. 2004) against the face that went in. */
export const reconstruction = defineMetric({
  options: v.strictObject({}),
  create: () => ({
    async reconstruction({ groups, source, reconstruction }, { size }) {
      const measured = (value: (a: Picture, b: Picture, size: number) => number) =>
        perFace(groups, (i) => value(reconstruction[i]!, source[i]!, size));
      return [
        { name: 'reconstruction.l1', unit: '', better: 'lower', measured: measured(meanAbsolute) },
        { name: 'reconstruction.psnr', unit: 'dB', better: 'higher', measured: measured(psnr) },
        { name: 'reconstruction.ssim', unit: '', better: 'higher', measured: measured(ssim) },
      ];
    },
  }),
});
