import { defineLoss, definePlugin } from '@fsae/core';
import * as tf from '@tensorflow/tfjs';
import * as v from 'valibot';

declare module '@fsae/core' {
  interface LossOptions {
    edges: { /** Pixels between the two sides of a difference. */ distance?: number };
  }
}

/** Mean absolute difference of the horizontal and vertical pixel differences of target and reconstruction. */
const edges = defineLoss({
  options: v.strictObject({ distance: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1) }),
  create: ({ distance }) => ({
    compute(step) {
      const values = step.identities.map((identity) => {
        const error = tf.sub(step.reconstruction(identity).image, step.target(identity));
        return tf.add(tf.mean(tf.abs(difference(error, 1, distance))), tf.mean(tf.abs(difference(error, 2, distance))));
      });
      return { value: tf.mean(tf.stack(values)) as tf.Scalar };
    },
  }),
});

/** x[i + distance] - x[i] along an axis. */
function difference(x: tf.Tensor, axis: number, distance: number): tf.Tensor {
  const length = (x.shape[axis] as number) - distance;
  const begin = x.shape.map((_, i) => (i === axis ? distance : 0));
  const size = x.shape.map((full, i) => (i === axis ? length : full));
  return tf.sub(
    tf.slice(x, begin, size),
    tf.slice(
      x,
      x.shape.map(() => 0),
      size,
    ),
  );
}

export default definePlugin({ name: 'fsae-loss-edges', api: 1, losses: { edges } });
