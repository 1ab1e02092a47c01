import * as tf from '@tensorflow/tfjs';
import type { Optimizer, OptimizerFactory, Update, Weights } from '../../contracts/index.js';
import { addressOf, type BackendWasm, memoryOf } from './heap.js';
import { programOf } from './simd/program.js';

/**
 * Adam and AdamW in place in the heap, one pass over weights, moments and gradients. State and formulas are those of
 * core's own optimizer, so that checkpoints move between backends.
 */
export const createHeapAdam: OptimizerFactory = (options, weights, averageDecay): Optimizer => {
  const backend = tf.backend() as unknown as BackendWasm;
  const { adam, approach } = programOf(backend).run;
  const [beta1, beta2] = options.betas ?? [0.9, 0.999];
  const epsilon = options.epsilon ?? 1e-8;
  const decay = options.use === 'adamw' ? (options.weightDecay ?? 0.01) : 0;

  const power1 = fixed(tf.scalar(1));
  const power2 = fixed(tf.scalar(1));
  const state: Record<string, tf.Variable> = { power1, power2 };
  for (const [path, weight] of Object.entries(weights)) {
    state[`${path}/m`] = fixed(tf.zeros(weight.shape));
    state[`${path}/v`] = fixed(tf.zeros(weight.shape));
  }
  const average: Weights | undefined =
    averageDecay > 0
      ? Object.fromEntries(Object.entries(weights).map(([path, weight]) => [path, fixed(weight.clone())]))
      : undefined;

  /** Multiplies one of the saved powers by its beta; returns one minus it. */
  function correct(power: tf.Variable, beta: number): number {
    const values = new Float32Array(memoryOf(backend).buffer, writable(backend, power), 1);
    values[0] = (values[0] as number) * beta;
    return 1 - (values[0] as number);
  }

  function apply(gradients: Readonly<Record<string, tf.Tensor>>, { learningRate, scale }: Update): void {
    // In the heap already: no wait, unlike on a backend that queues.
    const [factor] = backend.readSync(scale.dataId) as Float32Array as unknown as [number];
    if (factor === 0) return;
    const rate = learningRate / correct(power1, beta1);
    const correction = 1 / correct(power2, beta2);
    for (const [path, weight] of Object.entries(weights)) {
      const gradient = gradients[path];
      if (gradient === undefined) continue;
      // Whatever must be copied is copied first: an allocation may move nothing, but it may grow the heap.
      const [m, v] = [state[`${path}/m`], state[`${path}/v`]] as [tf.Variable, tf.Variable];
      const [w, first, second] = [weight, m, v].map((variable) => writable(backend, variable)) as [
        number,
        number,
        number,
      ];
      adam(
        ...[w, first, second, addressOf(backend, gradient), 4 * weight.size],
        ...[factor, 1 - beta1, 1 - beta2, rate, correction, epsilon, learningRate * decay],
      );
    }
    for (const [path, mean] of Object.entries(average ?? {})) {
      const weight = weights[path] as tf.Variable;
      approach(writable(backend, mean), addressOf(backend, weight), 4 * mean.size, 1 - averageDecay);
    }
  }

  return {
    state,
    ...(average === undefined ? {} : { average }),
    apply,
    dispose: () => tf.dispose([...Object.values(state), ...Object.values(average ?? {})]),
  };
};

/**
 * The address of a variable's values for writing. Values that others share (a clone) are copied first; packed copies that
 * XNNPACK keeps by data id are thrown away.
 */
function writable(backend: BackendWasm, variable: tf.Variable): number {
  if (backend.refCount(variable.dataId) > 1) {
    const copy = tf.tensor(backend.readSync(variable.dataId) as Float32Array, variable.shape);
    variable.assign(copy);
    copy.dispose();
  }
  const { id, memoryOffset } = backend.dataIdMap.get(variable.dataId);
  const { tfjs } = backend.wasm as unknown as {
    readonly tfjs: { disposeData(id: number): void; registerTensor(id: number, size: number, address: number): void };
  };
  tfjs.disposeData(id);
  tfjs.registerTensor(id, variable.size, memoryOffset);
  return memoryOffset;
}

function fixed(initial: tf.Tensor): tf.Variable {
  const variable = tf.variable(initial, false);
  initial.dispose();
  return variable;
}
