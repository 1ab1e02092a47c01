import * as tf from '@tensorflow/tfjs';
import type { NamedArrays } from '../checkpoint/safetensors.js';
import type { Optimizer, Weights } from '../contracts/index.js';
import { fsaeError } from '../errors/catalogue.js';
import { type Autoencoder, prefixed } from '../model/autoencoder.js';
import type { TrainedLoss } from './update.js';

/** Every variable of a run, grouped as a checkpoint's files hold them. */
export interface TrainingState {
  readonly model: Weights;
  readonly average?: Weights;
  /** 'model', and each loss with an adversary under its name. */
  readonly optimizer: Readonly<Record<string, Weights>>;
  /** By loss name: running statistics, adversaries, multipliers. */
  readonly losses: Readonly<Record<string, Weights>>;
}

/** The same groups as plain arrays. */
export interface SavedState {
  readonly model: NamedArrays;
  readonly average?: NamedArrays;
  readonly optimizer: Readonly<Record<string, NamedArrays>>;
  readonly losses: Readonly<Record<string, NamedArrays>>;
}

export function trainingState(model: Autoencoder, losses: readonly TrainedLoss[], optimizer: Optimizer): TrainingState {
  const optimizers: Record<string, Weights> = { model: optimizer.state };
  const lossWeights: Record<string, Weights> = {};
  for (const { name, loss, weight, adversaryOptimizer } of losses) {
    if (adversaryOptimizer !== undefined) optimizers[name] = adversaryOptimizer.state;
    lossWeights[name] = {
      ...prefixed('loss', loss.weights),
      ...prefixed('adversary', loss.adversary?.weights),
      ...prefixed('weight', weight.weights),
    };
  }
  return {
    model: model.weights,
    ...(optimizer.average === undefined ? {} : { average: optimizer.average }),
    optimizer: optimizers,
    losses: lossWeights,
  };
}

export async function saveState(state: TrainingState): Promise<SavedState> {
  return {
    model: await arraysOf(state.model),
    ...(state.average === undefined ? {} : { average: await arraysOf(state.average) }),
    optimizer: await eachArrays(state.optimizer),
    losses: await eachArrays(state.losses),
  };
}

/**
 * Puts saved values back into the variables.
 * @throws FSAE_MODEL_WEIGHTS when a group lacks a path, has one too many, or a shape differs
 */
export function restoreState(state: TrainingState, saved: SavedState): void {
  assignArrays('the model', state.model, saved.model);
  // A run that starts to average on resume begins its average at the restored weights.
  if (state.average !== undefined) assignArrays('the average', state.average, saved.average ?? saved.model);
  for (const [name, weights] of Object.entries(state.optimizer)) {
    assignArrays(`the optimizer of ${name}`, weights, saved.optimizer[name] ?? {});
  }
  for (const [name, weights] of Object.entries(state.losses)) {
    assignArrays(`the loss ${name}`, weights, saved.losses[name] ?? {});
  }
}

export function assignArrays(part: string, weights: Weights, arrays: NamedArrays): void {
  const [expected, received] = [Object.keys(weights).sort(), Object.keys(arrays).sort()];
  const missing = expected.filter((path) => arrays[path] === undefined);
  const unknown = received.filter((path) => weights[path] === undefined);
  if (missing.length > 0 || unknown.length > 0) {
    throw fsaeError('FSAE_MODEL_WEIGHTS', {
      part,
      expected: `${expected.length} arrays${missing.length > 0 ? `, among them ${missing.slice(0, 3).join(', ')}` : ''}`,
      received: `${received.length} arrays${unknown.length > 0 ? `, among them ${unknown.slice(0, 3).join(', ')}` : ''}`,
    });
  }
  for (const [path, variable] of Object.entries(weights)) {
    const array = arrays[path] as NamedArrays[string];
    if (array.shape.join() !== variable.shape.join()) {
      throw fsaeError('FSAE_MODEL_WEIGHTS', {
        part: `${part}, array ${path}`,
        expected: `shape [${variable.shape}]`,
        received: `shape [${array.shape}]`,
      });
    }
    tf.tidy(() => variable.assign(tf.tensor(array.data, [...array.shape], array.dtype)));
  }
}

export async function arraysOf(weights: Weights): Promise<NamedArrays> {
  const arrays: Record<string, NamedArrays[string]> = {};
  for (const [path, variable] of Object.entries(weights)) {
    const data = (await variable.data()) as Float32Array | Int32Array;
    arrays[path] = { shape: variable.shape, dtype: variable.dtype as 'float32' | 'int32', data: data.slice() };
  }
  return arrays;
}

async function eachArrays(groups: Readonly<Record<string, Weights>>): Promise<Record<string, NamedArrays>> {
  const saved: Record<string, NamedArrays> = {};
  for (const [name, weights] of Object.entries(groups)) saved[name] = await arraysOf(weights);
  return saved;
}
