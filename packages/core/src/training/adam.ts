import * as tf from '@tensorflow/tfjs';
import type { Optimizer, OptimizerFactory, Update, Weights } from '../contracts/index.js';

/**
 * Adam (Kingma & Ba 2015) and AdamW (Loshchilov & Hutter 2019) on any backend. All state is in variables, the powers of
 * the betas included: tf.train.adam recomputes beta^t by pow and does not resume bit-equal.
 *
 *   m <- m + (1 - beta1) (g - m)          v <- v + (1 - beta2) (g^2 - v)
 *   w <- w - rate (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon) - rate decay w
 *
 * `update.scale` 0 freezes all of it: every change is multiplied by a 0/1 scalar on the device, and gradients that may be
 * NaN are replaced before they meet it.
 */
export const createAdam: OptimizerFactory = (options, weights, averageDecay): Optimizer => {
  const [beta1, beta2] = options.betas ?? [0.9, 0.999];
  const epsilon = options.epsilon ?? 1e-8;
  const decay = options.use === 'adamw' ? (options.weightDecay ?? 0.01) : 0;

  const moments = new Map(
    Object.entries(weights).map(([path, weight]) => [
      path,
      { weight, m: fixed(tf.zeros(weight.shape)), v: fixed(tf.zeros(weight.shape)) },
    ]),
  );
  const power1 = fixed(tf.scalar(1));
  const power2 = fixed(tf.scalar(1));
  const average: Weights | undefined =
    averageDecay > 0
      ? Object.fromEntries(Object.entries(weights).map(([path, weight]) => [path, fixed(weight.clone())]))
      : undefined;
  const state: Record<string, tf.Variable> = { power1, power2 };
  for (const [path, { m, v }] of moments) {
    state[`${path}/m`] = m;
    state[`${path}/v`] = v;
  }

  function apply(gradients: Readonly<Record<string, tf.Tensor>>, { learningRate, scale }: Update): void {
    tf.tidy(() => {
      const applied = tf.greater(scale, 0);
      const open = tf.cast(applied, 'float32');
      power1.assign(tf.where(applied, tf.mul(power1, beta1), power1));
      power2.assign(tf.where(applied, tf.mul(power2, beta2), power2));
      const correction1 = tf.maximum(tf.sub(1, power1), Number.EPSILON);
      const correction2 = tf.maximum(tf.sub(1, power2), Number.EPSILON);
      const rate = tf.mul(open, learningRate);
      for (const [path, { weight, m, v }] of moments) {
        const gradient = gradients[path];
        if (gradient === undefined) continue;
        const g = tf.where(tf.broadcastTo(applied, gradient.shape), tf.mul(gradient, scale), tf.zerosLike(gradient));
        m.assign(tf.add(m, tf.mul(tf.mul(open, 1 - beta1), tf.sub(g, m))));
        v.assign(tf.add(v, tf.mul(tf.mul(open, 1 - beta2), tf.sub(tf.square(g), v))));
        const step = tf.div(tf.div(m, correction1), tf.add(tf.sqrt(tf.div(v, correction2)), epsilon));
        const change = decay > 0 ? tf.add(step, tf.mul(weight, decay)) : step;
        weight.assign(tf.sub(weight, tf.mul(rate, change)));
      }
      if (average === undefined) return;
      for (const [path, mean] of Object.entries(average)) {
        const weight = weights[path] as tf.Variable;
        mean.assign(tf.add(mean, tf.mul(tf.mul(open, 1 - averageDecay), tf.sub(weight, mean))));
      }
    });
  }

  return {
    state,
    ...(average === undefined ? {} : { average }),
    apply,
    dispose() {
      for (const variable of Object.values(state)) variable.dispose();
      for (const variable of Object.values(average ?? {})) variable.dispose();
    },
  };
};

function fixed(initial: tf.Tensor): tf.Variable {
  const variable = tf.variable(initial, false);
  initial.dispose();
  return variable;
}
