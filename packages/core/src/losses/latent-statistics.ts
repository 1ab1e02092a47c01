import * as tf from '@tensorflow/tfjs';
import * as v from 'valibot';
import type { LossTerms, TrainingStep } from '../contracts/index.js';
import { defineLoss } from '../plugins/define.js';

const options = v.strictObject({
  /** What each mean and variance is taken over: 'channel' = batch and grid (the article's), 'cell' = the batch alone, per grid cell and channel. */
  per: v.optional(v.picklist(['channel', 'cell']), 'cell'),
  /**
   * Share of the present batch in the running statistics: running <- (1 - momentum) * running + momentum * batch.
   * 1 = the batch alone, without state.
   */
  momentum: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1)), 1),
});

export type LatentStatisticsOptions = v.InferOutput<typeof options>;

declare module '../config/define.js' {
  interface LossOptions {
    'latent-statistics': LatentStatisticsOptions;
  }
}

/** First and second moment of every identity's latent, both [identities, ...statistics]. */
interface Moments {
  readonly mean: tf.Tensor;
  readonly square: tf.Tensor;
}

/**
 * MSE(mean(z_a), mean(z_b)) + MSE(var(z_a), var(z_b)), biased variances, mean over identity pairs: what the decoders'
 * side receives looks the same whoever it came from. Logs both parts. Running statistics pass gradient through the
 * present batch's share only, so the value is divided by `momentum`: the gradient's size does not depend on it.
 */
export const latentStatistics = defineLoss({
  options,
  create: ({ per, momentum }, { identities, latent, variable }) => {
    const axes = per === 'cell' ? [0] : [0, 1, 2];
    const batchMoments = (step: TrainingStep) => momentsOf(step, axes);
    if (momentum === 1) return { compute: (step) => distance(batchMoments(step), 1) };

    const shape = [identities.length, ...(per === 'cell' ? latent : [latent[2]])];
    const zero = { use: 'constant', value: 0 } as const;
    const mean = variable('mean', shape, zero, false);
    const square = variable('square', shape, zero, false);
    const started = variable('started', [], zero, false);

    const blend = (running: tf.Variable, batch: tf.Tensor) => {
      // Before the first update there is nothing to remember: the batch itself stands in, as a constant.
      const before = tf.add(running, tf.mul(tf.sub(1, started), detach(batch)));
      return tf.add(tf.mul(before, 1 - momentum), tf.mul(batch, momentum));
    };
    return {
      weights: { mean, square, started },
      compute: (step) => {
        const batch = batchMoments(step);
        const moments = { mean: blend(mean, batch.mean), square: blend(square, batch.square) };
        const terms = distance(moments, momentum);
        if (step.pass.training) {
          // A batch of NaN skips the model's update; remembering it would keep the loss NaN for ever.
          const finite = tf.all(tf.logicalAnd(tf.isFinite(moments.mean), tf.isFinite(moments.square)));
          mean.assign(tf.where(finite, moments.mean, mean));
          square.assign(tf.where(finite, moments.square, square));
          started.assign(tf.where(finite, tf.onesLike(started), started));
        }
        return terms;
      },
    };
  },
});

function momentsOf(step: TrainingStep, axes: number[]): Moments {
  const latents = step.identities.map((identity) => step.latent(identity).z);
  return {
    mean: tf.stack(latents.map((z) => tf.mean(z, axes))),
    square: tf.stack(latents.map((z) => tf.mean(tf.square(z), axes))),
  };
}

function distance({ mean, square }: Moments, share: number): LossTerms {
  const inMean = tf.div(meanOverPairs(mean), share) as tf.Scalar;
  const inVariance = tf.div(meanOverPairs(tf.sub(square, tf.square(mean))), share) as tf.Scalar;
  return { value: tf.add(inMean, inVariance), logged: { mean: inMean, variance: inVariance } };
}

/**
 * Mean over pairs i < j of the mean squared difference of rows i and j of x [identities, ...]. The sum over pairs of
 * (x_i - x_j)^2 is N times the sum of squared distances from the mean: no loop over pairs.
 */
function meanOverPairs(x: tf.Tensor): tf.Scalar {
  const count = x.shape[0]!;
  return tf.mul(tf.mean(tf.square(tf.sub(x, tf.mean(x, 0, true)))), (2 * count) / (count - 1));
}

/** The value without its gradient (tfjs has no stopGradient). */
function detach<T extends tf.Tensor>(x: T): T {
  return tf.customGrad((value) => ({
    value: tf.clone(value as tf.Tensor),
    gradFunc: (dy) => tf.zerosLike(dy as tf.Tensor),
  }))(x) as T;
}
