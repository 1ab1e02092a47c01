import * as tf from '@tensorflow/tfjs';
import * as v from 'valibot';
import { defineLoss } from '../plugins/define.js';
import { meanOverIdentities } from './reduction.js';
import { requireSide, similarityMaps, WINDOW } from './ssim.js';

/** Exponents of the five scales, finest first: Wang et al. 2003, section 3.2. */
const EXPONENTS = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333] as const;

/** 176: what leaves one whole window at the coarsest scale. */
const LEAST = WINDOW * 2 ** (EXPONENTS.length - 1);

/** Where structure is inverted the term is negative and has no real power; a floor above 0 keeps the power's gradient finite. */
const FLOOR = 1e-6;

const options = v.strictObject({});

export type MsSsimOptions = v.InferOutput<typeof options>;

declare module '../config/define.js' {
  interface LossOptions {
    'ms-ssim': MsSsimOptions;
  }
}

/**
 * 1 - MS-SSIM of reconstruction and target, in [0, 1]; 0 for equal pictures. Five scales, mean over channels.
 * Wang, Simoncelli, Bovik 2003, "Multiscale structural similarity", equation 7.
 * @throws FSAE_LOSSES_PICTURE_TOO_SMALL for pictures under 176 pixels.
 */
export const msSsim = defineLoss({
  options,
  create: (_options, { image }) => {
    requireSide('ms-ssim', image, LEAST);
    return {
      compute: (step) => ({
        value: meanOverIdentities(step, (identity) =>
          tf.sub(1, multiScaleSimilarity(step.reconstruction(identity).image, step.target(identity))),
        ),
      }),
    };
  },
});

/** MS-SSIM of each picture pair, [batch]: x and y [batch, rows, columns, channels] in [0, 1], at least 176 pixels a side. */
export function multiScaleSimilarity(x: tf.Tensor4D, y: tf.Tensor4D): tf.Tensor1D {
  let product: tf.Tensor | undefined;
  let [a, b] = [x, y];
  EXPONENTS.forEach((exponent, scale) => {
    const coarsest = scale === EXPONENTS.length - 1;
    const { luminance, contrast } = similarityMaps(a, b);
    const similarity = tf.mean(coarsest ? tf.mul(luminance, contrast) : contrast, [2, 3]);
    const term = tf.pow(tf.maximum(similarity, FLOOR), exponent);
    product = product === undefined ? term : tf.mul(product, term);
    if (!coarsest) [a, b] = [halve(a), halve(b)];
  });
  return tf.mean(product!, 1);
}

/** 2x2 means as a reshape: average pooling has no gradient on wasm. An odd last row or column is left out. */
function halve(x: tf.Tensor4D): tf.Tensor4D {
  const [batch, rows, columns, channels] = x.shape;
  const [down, across] = [Math.floor(rows / 2), Math.floor(columns / 2)];
  const even = tf.slice(x, [0, 0, 0, 0], [batch, 2 * down, 2 * across, channels]);
  return tf.mean(tf.reshape(even, [batch, down, 2, across, 2, channels]), [2, 4]);
}
