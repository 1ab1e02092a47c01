import * as v from 'valibot';
import type { LabelledLatents, Picture } from '../../contracts/index.js';
import { defineMetric } from '../../plugins/define.js';
import { average } from '../bootstrap.js';
import { cholesky } from '../cholesky.js';
import { meanAbsolute, perFace } from '../pictures.js';

/** Latents that the capacity is read from: its cost grows with the square and the cube. */
const LATENTS = 300;

/**
 * The information plane (Tishby & Zaslavsky 2015), in bits per picture; I(Z;ID), its third axis, is identityBits.
 *
 * `information.zx`, what z holds of the picture. Region `rate`: the KL rate of a variational bottleneck, an upper bound of
 * I(Z;X) (Alemi et al. 2017, equation 14). Region `capacity`, of a deterministic one, whose I(Z;X) has no bound by itself:
 * 1/2 log2 det(I + C / s^2), the most that Gaussian noise of deviation s lets through for latents of covariance C (Cover &
 * Thomas 2006, theorem 9.4.1 before water-filling), s being `noise` times the root mean square deviation of z. Both compare
 * runs; neither is the mutual information of a network without noise.
 *
 * `information.zy`, what the decoder gets out of z beyond the mean face: D log2(b0 / b), the gain in likelihood of a
 * Laplace distribution around the reconstruction (scale b = its L1) over one around the mean face (b0), D = size * size * 3.
 */
export const information = defineMetric({
  options: v.strictObject({
    /** Deviation of the noise that `capacity` is measured at, as a share of that of z. */
    noise: v.optional(v.pipe(v.number(), v.gtValue(0)), 0.1),
  }),
  create: ({ noise }) => ({
    async reconstruction({ identity, groups, source, reconstruction }, set) {
      const mean = await set.meanFace(identity);
      const cost = (of: (face: number) => Picture) => source.map((face, i) => meanAbsolute(of(i), face, set.size));
      const [own, standard] = [cost((i) => reconstruction[i]!), cost(() => mean)];
      const [b, b0] = [average(own), average(standard)];
      const values = set.size * set.size * 3;
      const measured = perFace(
        groups,
        (i) => values * (Math.log2(b0 / b) + (standard[i]! / b0 - own[i]! / b) / Math.LN2),
      );
      return [{ name: 'information.zy', unit: 'bit', better: 'higher', measured }];
    },
    async latents({ heldOut, training }) {
      const value = { name: 'information.zx', unit: 'bit', better: 'lower' as const };
      const { rate } = heldOut;
      if (rate !== undefined) {
        return [{ ...value, region: 'rate', measured: perFace(heldOut.group, (i) => rate[i]!) }];
      }
      const bits = capacity(training, noise);
      return [{ ...value, region: 'capacity', measured: { value: bits, low: bits, high: bits } }];
    },
  }),
});

/** Capacity of the covariance of some latents, through their Gram matrix: det(I + Z'Z) = det(I + ZZ'). */
function capacity({ z }: LabelledLatents, noise: number): number {
  const step = Math.max(1, Math.floor(z.length / LATENTS));
  const rows = z.filter((_, i) => i % step === 0);
  const length = rows[0]?.length ?? 0;
  const mean = new Float64Array(length);
  for (const row of rows) for (let k = 0; k < length; k++) mean[k]! += row[k]! / rows.length;
  const centred = rows.map((row) => Float64Array.from(row, (value, k) => value - mean[k]!));
  const gram = centred.map((a, i) => {
    const products = new Float64Array(centred.length);
    for (let j = 0; j <= i; j++) products[j] = dot(a, centred[j]!) / rows.length;
    return products;
  });
  // The trace of the covariance over its dimensions is the mean variance of a number of z.
  const variance = gram.reduce((sum, row, i) => sum + row[i]!, 0) / length;
  if (variance === 0) return 0;
  for (const [i, row] of gram.entries()) {
    for (let j = 0; j <= i; j++) row[j] = row[j]! / (noise * noise * variance) + (i === j ? 1 : 0);
  }
  // log det = 2 sum of log of the triangle's diagonal, and the capacity is half of it.
  return cholesky(gram).reduce((sum, row, i) => sum + Math.log2(row[i]!), 0);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}
