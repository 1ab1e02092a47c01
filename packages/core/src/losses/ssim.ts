import * as tf from '@tensorflow/tfjs';
import * as v from 'valibot';
import { fsaeError } from '../errors/catalogue.js';
import { defineLoss } from '../plugins/define.js';
import { meanOverIdentities } from './reduction.js';

/** Side and standard deviation of the Gaussian window in pixels, and the stabilisers for a range of 1: Wang et al. 2004, section III-B. */
export const WINDOW = 11;
const SIGMA = 1.5;
const C1 = 0.01 ** 2;
const C2 = 0.03 ** 2;

const options = v.strictObject({});

export type SsimOptions = v.InferOutput<typeof options>;

declare module '../config/define.js' {
  interface LossOptions {
    ssim: SsimOptions;
  }
}

/**
 * 1 - SSIM of reconstruction and target, in [0, 2], mean over windows and channels; 0 for equal pictures.
 * Wang, Bovik, Sheikh, Simoncelli 2004, "Image quality assessment", equation 13.
 * @throws FSAE_LOSSES_PICTURE_TOO_SMALL for pictures under 11 pixels.
 */
export const ssim = defineLoss({
  options,
  create: (_options, { image }) => {
    requireSide('ssim', image, WINDOW);
    return {
      compute: (step) => ({
        value: meanOverIdentities(step, (identity) =>
          tf.sub(1, structuralSimilarity(step.reconstruction(identity).image, step.target(identity))),
        ),
      }),
    };
  },
});

/** SSIM of each picture pair, [batch]: x and y [batch, rows, columns, channels] in [0, 1], at least 11 pixels a side. */
export function structuralSimilarity(x: tf.Tensor4D, y: tf.Tensor4D): tf.Tensor1D {
  const { luminance, contrast } = similarityMaps(x, y);
  return tf.mean(tf.mul(luminance, contrast), [1, 2, 3]);
}

/**
 * The luminance term and the contrast-structure term of every window ('valid': no padding), both
 * [batch, channels, columns - 10, rows - 10].
 */
export function similarityMaps(x: tf.Tensor4D, y: tf.Tensor4D): { luminance: tf.Tensor4D; contrast: tf.Tensor4D } {
  // Variances do not change under a shift, and around 0 the difference of squares loses fewer digits of float32.
  const shift = 0.5;
  const a = planes(tf.sub(x, shift));
  const b = planes(tf.sub(y, shift));
  // Two calls, so that no gradient is computed through the windows of a constant target.
  const [meanA, squareA, product] = blur([a, tf.square(a), tf.mul(a, b)]) as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
  const [meanB, squareB] = blur([b, tf.square(b)]) as [tf.Tensor4D, tf.Tensor4D];
  const covariance = tf.sub(product, tf.mul(meanA, meanB));
  const varianceA = tf.sub(squareA, tf.square(meanA));
  const varianceB = tf.sub(squareB, tf.square(meanB));
  const [muA, muB] = [tf.add(meanA, shift), tf.add(meanB, shift)];
  return {
    luminance: tf.div(
      tf.add(tf.mul(2, tf.mul(muA, muB)), C1),
      tf.add(tf.add(tf.square(muA), tf.square(muB)), C1),
    ) as tf.Tensor4D,
    contrast: tf.div(tf.add(tf.mul(2, covariance), C2), tf.add(tf.add(varianceA, varianceB), C2)) as tf.Tensor4D,
  };
}

export function requireSide(
  loss: string,
  image: readonly [rows: number, columns: number, channels: number],
  least: number,
): void {
  const side = Math.min(image[0], image[1]);
  if (side < least) throw fsaeError('FSAE_LOSSES_PICTURE_TOO_SMALL', { loss, side, least });
}

function planes(x: tf.Tensor4D): tf.Tensor4D {
  return tf.transpose(x, [0, 3, 1, 2]);
}

/**
 * The Gaussian window over maps [batch, channels, rows, columns] of one shape, as two products with band matrices: the
 * gradient of a depthwise convolution is missing on wasm, and plain matrix products are fast on every backend.
 */
function blur(maps: readonly tf.Tensor4D[]): tf.Tensor4D[] {
  const [batch, channels, rows, columns] = maps[0]!.shape;
  const [down, across] = [rows - WINDOW + 1, columns - WINDOW + 1];
  const count = maps.length * batch * channels;
  const lines = slide(tf.reshape(tf.concat([...maps], 0), [count * rows, columns]));
  const turned = tf.transpose(tf.reshape(lines, [count, rows, across]), [0, 2, 1]);
  const blurred = tf.reshape(slide(tf.reshape(turned, [count * across, rows])), [
    maps.length * batch,
    channels,
    across,
    down,
  ]);
  return tf.split(blurred as tf.Tensor4D, maps.length, 0);
}

/**
 * The window over each row, [rows, length] -> [rows, length - 10]. The gradient is spelt out because tfjs's own has the
 * product transpose the matrix, which is several times slower on wasm.
 */
const slide = tf.customGrad((x) => {
  const length = (x as tf.Tensor2D).shape[1];
  return {
    value: tf.matMul(x as tf.Tensor2D, band(length)),
    gradFunc: (dy) => tf.matMul(dy as tf.Tensor2D, tf.transpose(band(length))),
  };
}) as (x: tf.Tensor) => tf.Tensor;

/** [size, size - 10]: column i holds the window that begins at pixel i. */
function band(size: number): tf.Tensor2D {
  const positions = size - WINDOW + 1;
  const matrix = new Float32Array(size * positions);
  for (let position = 0; position < positions; position++) {
    gaussian.forEach((weight, offset) => {
      matrix[(position + offset) * positions + position] = weight;
    });
  }
  return tf.tensor2d(matrix, [size, positions]);
}

const gaussian = normalised(
  Array.from({ length: WINDOW }, (_, i) => Math.exp(-((i - (WINDOW - 1) / 2) ** 2) / (2 * SIGMA ** 2))),
);

function normalised(weights: readonly number[]): readonly number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}
