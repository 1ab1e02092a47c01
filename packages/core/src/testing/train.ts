import * as tf from '@tensorflow/tfjs';
import type { Loss, Weights } from '../contracts/index.js';
import { adversaryGradients, modelGradients } from '../training/update.js';
import type { FakeStep } from './step.js';

export interface TrainedOnce {
  /** Of the loss's value in each of the variables that it reaches. */
  readonly gradients: Readonly<Record<string, tf.Tensor>>;
  /** Frees the gradients and all else the step left. */
  dispose(): void;
}

/**
 * One step of the trainer with this loss alone: gradients in `variables`, then the adversary on what it observed, which
 * moves by plain gradient descent when `learningRate` is given.
 */
export function trainOnce(loss: Loss, step: FakeStep, variables: Weights, learningRate = 0): TrainedOnce {
  const { gradients, logged, seen } = connected(variables, () =>
    modelGradients(step, [{ name: 'loss', loss, weight: { value: () => 1 } }], variables),
  );
  tf.dispose(logged);
  const observed = seen.get('loss');
  if (loss.adversary !== undefined && observed !== undefined) {
    const updated = adversaryGradients(loss.adversary, observed, step.pass);
    descend(loss.adversary.weights ?? {}, updated.gradients, learningRate);
    tf.dispose([updated.gradients, updated.logged, observed]);
  }
  return { gradients, dispose: () => tf.dispose(gradients) };
}

/** tfjs stops at a value without any gradient; its message does not say whose. */
function connected<T>(variables: Weights, gradients: () => T): T {
  try {
    return gradients();
  } catch (error) {
    if (!String(error).includes('Cannot find a connection')) throw error;
    const paths = Object.keys(variables).join(', ');
    throw new Error(`Expected a gradient in one of ${paths}. Received: none.`, { cause: error });
  }
}

/** weight <- weight - learningRate * gradient. */
function descend(weights: Weights, gradients: Readonly<Record<string, tf.Tensor>>, learningRate: number): void {
  for (const [path, gradient] of Object.entries(gradients)) {
    const weight = weights[path]!;
    tf.tidy(() => weight.assign(tf.sub(weight, tf.mul(gradient, learningRate))));
  }
}

/** Runs `compute` where a synchronous read throws: WebGPU cannot do one in Node. Every way of reading goes through dataSync. */
export function withoutReads<T>(compute: () => T): T {
  const read = tf.Tensor.prototype.dataSync;
  tf.Tensor.prototype.dataSync = () => {
    throw new Error('Expected no synchronous read (dataSync, arraySync) in a step. Received: one.');
  };
  try {
    return compute();
  } finally {
    tf.Tensor.prototype.dataSync = read;
  }
}
