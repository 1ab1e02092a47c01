import * as tf from '@tensorflow/tfjs';
import type { Adversary, Loss, Optimizer, Pass, TrainingStep, Weights } from '../contracts/index.js';
import type { LossWeight } from '../losses/weights.js';

/** A configured loss with what training needs around it. */
export interface TrainedLoss {
  readonly name: string;
  readonly loss: Loss;
  readonly weight: LossWeight;
  /** Over the adversary's trainable weights, when the loss has one. */
  readonly adversaryOptimizer?: Optimizer;
}

/** Scalars by name, kept alive until the step's log has been read. */
export type KeptScalars = Record<string, tf.Scalar>;

/** What one forward and backward pass leaves behind; everything in it is kept and owned by the caller. */
export interface ModelGradients {
  /** By path of the model's weights. */
  readonly gradients: Readonly<Record<string, tf.Tensor>>;
  readonly logged: KeptScalars;
  /** By loss name: what its adversary observed. */
  readonly seen: ReadonlyMap<string, Record<string, tf.Tensor>>;
  /** By loss name: what its constraint watches. */
  readonly watched: ReadonlyMap<string, tf.Scalar>;
}

/** Gradients of sum over losses of weight * value, in the trainable ones of `weights`. */
export function modelGradients(step: TrainingStep, losses: readonly TrainedLoss[], weights: Weights): ModelGradients {
  const logged: KeptScalars = {};
  const seen = new Map<string, Record<string, tf.Tensor>>();
  const watched = new Map<string, tf.Scalar>();
  const gradients = gradientsOf(weights, () => {
    const terms = losses.map(({ name, loss, weight }) => {
      const { value, logged: details = {} } = loss.compute(step);
      logged[`loss/${name}`] = tf.keep(value);
      for (const [detail, scalar] of Object.entries(details)) logged[`${name}/${detail}`] = tf.keep(scalar);
      if (loss.adversary !== undefined) seen.set(name, keepAll(loss.adversary.observe(step)));
      const constrained = weight.of === undefined ? value : details[weight.of];
      if (weight.update !== undefined && constrained !== undefined) watched.set(name, tf.keep(constrained));
      return tf.mul(value, weight.value(step.index)) as tf.Scalar;
    });
    const total = tf.addN(terms) as tf.Scalar;
    logged['loss'] = tf.keep(total);
    return total;
  });
  return { gradients, logged, seen, watched };
}

/** One update of an adversary on what it observed. */
export function adversaryGradients(
  adversary: Adversary,
  seen: Record<string, tf.Tensor>,
  pass: Pass,
): { readonly gradients: Readonly<Record<string, tf.Tensor>>; readonly logged: KeptScalars } {
  const logged: KeptScalars = {};
  const gradients = gradientsOf(adversary.weights ?? {}, () => {
    const { value, logged: details = {} } = adversary.loss(seen, pass);
    logged['adversary'] = tf.keep(value);
    for (const [detail, scalar] of Object.entries(details)) logged[detail] = tf.keep(scalar);
    return value;
  });
  return { gradients, logged };
}

/**
 * The factor of an update: 1, or what brings the global norm down to `clip`, or 0 when the norm or the loss that was
 * differentiated is not finite. Computed on the device; the caller owns both scalars.
 */
export function updateScale(
  gradients: Readonly<Record<string, tf.Tensor>>,
  loss: tf.Scalar,
  clip: number | null,
): { readonly norm: tf.Scalar; readonly scale: tf.Scalar } {
  return tf.tidy(() => {
    const squares = Object.values(gradients).map((gradient) => tf.sum(tf.square(gradient)) as tf.Scalar);
    const norm = tf.sqrt(tf.addN(squares)) as tf.Scalar;
    // NaN compares false, infinity is not below the largest float.
    const finite = tf.logicalAnd(tf.less(norm, LARGEST), tf.less(tf.abs(loss), LARGEST));
    const factor = clip === null ? tf.scalar(1) : tf.minimum(1, tf.div(clip, norm));
    return { norm, scale: tf.where(finite, factor, tf.scalar(0)) as tf.Scalar };
  });
}

const LARGEST = 3e38;

/** Trainable entries of `weights`. */
export function trainable(weights: Weights = {}): Weights {
  return Object.fromEntries(Object.entries(weights).filter(([, variable]) => variable.trainable));
}

function gradientsOf(weights: Weights, value: () => tf.Scalar): Record<string, tf.Tensor> {
  const paths = Object.entries(trainable(weights));
  const { value: result, grads } = tf.variableGrads(
    value,
    paths.map(([, variable]) => variable),
  );
  if (!result.kept) result.dispose();
  const gradients: Record<string, tf.Tensor> = {};
  for (const [path, variable] of paths) {
    const gradient = grads[variable.name];
    if (gradient !== undefined && gradient !== null) gradients[path] = gradient;
  }
  return gradients;
}

function keepAll(seen: Record<string, tf.Tensor>): Record<string, tf.Tensor> {
  for (const tensor of Object.values(seen)) tf.keep(tensor);
  return seen;
}
