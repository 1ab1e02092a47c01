import type { Raster } from '../contracts.js';
import { fromLab, toLab } from './lab.js';

export type ColourTransfer = 'lab' | 'none';

interface Statistics {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/** A face of little contrast must not be made all noise. */
const MOST = 2;

/**
 * Gives `face` the colours of `like`, both of one size: per channel of L*a*b* the mean and the standard deviation inside
 * the mask (Reinhard et al. 2001; there in l-alpha-beta). Deviations change by a factor of 2 at most.
 */
export function transferColour(face: Raster, like: Raster, mask: Float32Array): Raster {
  const [own, wanted] = [statistics(face, mask), statistics(like, mask)];
  if (own === undefined || wanted === undefined) return face;
  const gain = own.deviation.map((deviation, channel) => {
    const ratio = wanted.deviation[channel]! / Math.max(deviation, 1e-6);
    return Math.min(MOST, Math.max(1 / MOST, ratio));
  });
  const data = new Uint8Array(face.data.length);
  const lab = new Float64Array(3);
  for (let at = 0; at < data.length; at += 3) {
    toLab(face.data, at, lab);
    for (let c = 0; c < 3; c++) lab[c] = (lab[c]! - own.mean[c]!) * gain[c]! + wanted.mean[c]!;
    fromLab(lab, data, at);
  }
  return { ...face, data };
}

/** Weighted by the mask; undefined where it is empty. */
function statistics({ data }: Raster, mask: Float32Array): Statistics | undefined {
  const [sum, squares, lab] = [new Float64Array(3), new Float64Array(3), new Float64Array(3)];
  let weight = 0;
  for (const [i, share] of mask.entries()) {
    if (share <= 0) continue;
    toLab(data, 3 * i, lab);
    weight += share;
    for (let c = 0; c < 3; c++) {
      sum[c]! += share * lab[c]!;
      squares[c]! += share * lab[c]! ** 2;
    }
  }
  if (weight === 0) return undefined;
  const mean = sum.map((value) => value / weight);
  return { mean, deviation: squares.map((value, c) => Math.sqrt(Math.max(0, value / weight - mean[c]! ** 2))) };
}
