import * as tf from '@tensorflow/tfjs';
import type { Optimizer, OptimizerFactory, Update, Weights } from '../../contracts/index.js';
import { Resource } from './resource.js';
import { Attributes, currentTensorFlow } from './tensorflow.js';

/**
 * Adam and AdamW by TensorFlow's fused ResourceApplyAdam: one pass over weights, moments and gradients. State and
 * formulas are those of core's own optimizer, so that checkpoints move between backends.
 *
 * TensorFlow adds epsilon before the bias correction: sqrt(v) + e is sqrt(v / (1 - beta2^t)) + epsilon with
 * e = epsilon sqrt(1 - beta2^t).
 */
export const createFusedAdam: OptimizerFactory = (options, weights, averageDecay): Optimizer => {
  const backend = currentTensorFlow();
  const [beta1, beta2] = options.betas ?? [0.9, 0.999];
  const epsilon = options.epsilon ?? 1e-8;
  const decay = options.use === 'adamw' ? (options.weightDecay ?? 0.01) : 0;

  const constants = { beta1: tf.keep(tf.scalar(beta1)), beta2: tf.keep(tf.scalar(beta2)) };
  const state: Record<string, tf.Variable> = { power1: fixed(tf.scalar(1)), power2: fixed(tf.scalar(1)) };
  const resources = new Map<string, readonly [Resource, Resource, Resource]>();
  for (const [path, weight] of Object.entries(weights)) {
    const [m, v] = [fixed(tf.zeros(weight.shape)), fixed(tf.zeros(weight.shape))];
    state[`${path}/m`] = m;
    state[`${path}/v`] = v;
    resources.set(path, [new Resource(backend, weight), new Resource(backend, m), new Resource(backend, v)]);
  }
  const average: Weights | undefined =
    averageDecay > 0
      ? Object.fromEntries(Object.entries(weights).map(([path, weight]) => [path, fixed(weight.clone())]))
      : undefined;
  const averages = new Map(Object.entries(average ?? {}).map(([path, mean]) => [path, new Resource(backend, mean)]));

  function apply(gradients: Readonly<Record<string, tf.Tensor>>, { learningRate, scale }: Update): void {
    // TensorFlow's eager mode has computed it already: no wait, unlike on a backend that queues.
    const [factor] = backend.readSync(scale.dataId) as unknown as [number];
    if (factor === 0) return;
    tf.tidy(() => {
      const { power1, power2 } = state as { power1: tf.Variable; power2: tf.Variable };
      power1.assign(tf.mul(power1, beta1));
      power2.assign(tf.mul(power2, beta2));
      const rate = tf.scalar(learningRate);
      const hyper = [
        power1,
        power2,
        rate,
        constants.beta1,
        constants.beta2,
        tf.mul(epsilon, tf.sqrt(tf.sub(1, power2))),
      ];
      for (const [path, moments] of resources) {
        const gradient = gradients[path];
        if (gradient === undefined) continue;
        if (decay > 0) step(moments[0], tf.mul(weights[path] as tf.Variable, decay), learningRate);
        const scaled = factor === 1 ? gradient : tf.mul(gradient, scale);
        Resource.update(moments, (handles) =>
          run('ResourceApplyAdam', handles, [...hyper, scaled], (list) => list.boolean('use_nesterov', false)),
        );
      }
      for (const [path, resource] of averages) {
        const mean = (average as Weights)[path] as tf.Variable;
        step(resource, tf.sub(mean, weights[path] as tf.Variable), 1 - averageDecay);
      }
    });
  }

  /** variable <- variable - rate * direction, which must not share the variable's data. */
  function step(resource: Resource, direction: tf.Tensor, rate: number): void {
    const alpha = tf.scalar(rate);
    Resource.update([resource], (handles) => run('ResourceApplyGradientDescent', handles, [alpha, direction]));
  }

  function run(
    name: string,
    handles: readonly number[],
    inputs: readonly tf.Tensor[],
    more: (list: Attributes) => Attributes = (list) => list,
  ): void {
    const { list } = more(new Attributes(backend.binding).float32().boolean('use_locking', false));
    backend.binding.executeOp(name, list, [...handles, ...backend.getInputTensorIds(inputs)], 0);
  }

  return {
    state,
    ...(average === undefined ? {} : { average }),
    apply,
    dispose() {
      for (const list of [...resources.values(), ...averages.values()]) for (const one of [list].flat()) one.dispose();
      tf.dispose([...Object.values(constants), ...Object.values(state), ...Object.values(average ?? {})]);
    },
  };
};

function fixed(initial: tf.Tensor): tf.Variable {
  const variable = tf.variable(initial, false);
  initial.dispose();
  return variable;
}
