import { defineLoss, FsaeError } from '@fsae/core';
import * as tf from '@tensorflow/tfjs';
import { features, SMALLEST_SIDE } from './network.js';
import { type LpipsOptions, options } from './options.js';
import { type FrozenWeights, readWeights } from './weights.js';

/**
 * LPIPS v0.1 of reconstruction and target (Zhang et al. 2018, "The unreasonable effectiveness of deep features as a
 * perceptual metric", equation 1): 0 for equal pictures, about 0.1 for hardly visible and 0.7 for gross differences.
 * The network is frozen: it is no part of a checkpoint, and it is read when the run starts.
 * @throws FSAE_LPIPS_PICTURE_TOO_SMALL for pictures that the network's strides leave nothing of.
 */
export const lpips = defineLoss({
  options,
  create(options: LpipsOptions, { image, root }) {
    const { net } = options;
    const side = Math.min(image[0], image[1]);
    if (side < SMALLEST_SIDE[net]) {
      throw new FsaeError('FSAE_LPIPS_PICTURE_TOO_SMALL', {
        what: `The loss "lpips" needs larger pictures for the network ${net}.`,
        expected: `at least ${SMALLEST_SIDE[net]} pixels a side`,
        received: `${side} pixels`,
        todo: `Raise \`size\` to ${SMALLEST_SIDE[net]} or more, or leave "lpips" out of \`losses\`.`,
      });
    }
    let weights: FrozenWeights | undefined;
    return {
      async prepare() {
        weights = await readWeights(options, root);
      },
      compute(step) {
        if (weights === undefined) throw new Error('lpips: compute was called before prepare had ended.');
        // All identities in one batch of the same size each: the mean over it is the mean over identities.
        const reconstructions = tf.concat(step.identities.map((identity) => step.reconstruction(identity).image));
        const targets = tf.concat(step.identities.map((identity) => step.target(identity)));
        return { value: tf.mean(perceptualDistance(net, weights, reconstructions, targets)) };
      },
      dispose() {
        if (weights !== undefined) tf.dispose({ ...weights });
        weights = undefined;
      },
    };
  },
});

/** LPIPS of each picture pair, [batch]: x and y [batch, rows, columns, 3] in [0, 1]. */
export function perceptualDistance(
  net: LpipsOptions['net'],
  weights: FrozenWeights,
  x: tf.Tensor4D,
  y: tf.Tensor4D,
): tf.Tensor1D {
  const ofY = features(net, weights, y);
  const layers = features(net, weights, x).map((ofX, layer) => {
    const difference = tf.square(tf.sub(unit(ofX), unit(ofY[layer]!)));
    return tf.mean<tf.Tensor1D>(tf.sum(tf.mul(difference, weights[`lin${layer}`]!), 3), [1, 2]);
  });
  return tf.addN(layers);
}

/** Each position's channels at length 1. The first summand keeps the root's gradient finite where all are 0, the second is the paper's. */
function unit(x: tf.Tensor4D): tf.Tensor4D {
  return tf.div(x, tf.add(tf.sqrt(tf.add(tf.sum(tf.square(x), 3, true), 1e-12)), 1e-10));
}
