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
  const { gradients, logged, seen } = modelGradients(
    step,
    [{ name: 'loss', loss, weight: { value: () => 1 } }],
    variables,
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

/** weight <- weight - learningRate * gradient. */
export function descend(weights: Weights, gradients: Readonly<Record<string, tf.Tensor>>, learningRate: number): void {
  for (const [path, gradient] of Object.entries(gradients)) {
    const weight = weights[path]!;
    tf.tidy(() => weight.assign(tf.sub(weight, tf.mul(gradient, learningRate))));
  }
}
