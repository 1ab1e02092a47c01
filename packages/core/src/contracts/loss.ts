import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs';
import type { Dataset } from './dataset.js';
import type { OptimizerOptions } from './optimizer.js';
import type { Part, Pass, RunContext, Shape } from './part.js';
import type { Need, TrainingStep } from './step.js';

export interface LossTerms {
  readonly value: Scalar;
  /** Scalars for the log beside the value, under names of the loss's own. */
  readonly logged?: Readonly<Record<string, Scalar>>;
}

export interface Loss extends Part {
  readonly needs?: readonly Need[];
  /**
   * Inside the model's gradient scope: synchronous, no reads, disposes nothing; the trainer keeps and later disposes
   * `logged`.
   */
  compute(step: TrainingStep): LossTerms;
  readonly adversary?: Adversary;
}

/**
 * A network trained against the model: a discriminator on z, a mutual-information critic, a picture GAN. The trainer
 * trains it; nobody writes a second loop.
 */
export interface Adversary<Seen extends Record<string, Tensor> = Record<string, Tensor>> extends Part {
  /** Called in the model's forward pass. What it returns is kept and reaches `loss` as constants (tfjs has no stopGradient). */
  observe(step: TrainingStep): Seen;
  /** Differentiated in `weights` only, after the model's update, on values from before it. May call tf.grad on `seen` (R1). */
  loss(seen: Seen, pass: Pass): LossTerms;
  /** Data, not an object: the backend builds it (fused where it can), the checkpoint saves its state. */
  readonly optimizer?: OptimizerOptions;
  readonly updatesPerStep?: number;
}

/**
 * How much a loss counts: a number; a linear schedule over the first `steps` steps; or a constraint `of <= atMost`,
 * where `of` names a logged scalar of this loss (its value when left out). The constraint's multiplier (dual ascent,
 * Rezende & Viola 2018) is a saved, non-trainable variable updated on the device, so no read per step.
 */
export type Weight =
  | number
  | { readonly from: number; readonly to: number; readonly steps: number }
  | { readonly atMost: number; readonly of?: string; readonly rate?: number; readonly max?: number };

export interface LossContext extends RunContext {
  readonly identities: readonly string[];
  readonly image: Shape;
  readonly latent: Shape;
  /** Relative paths in the options, and the search for installed packages, start in this folder (the config file's). */
  readonly root: string;
  dataset(identity: string): Dataset;
  /** Training faces of an identity in batches of [batch, size, size, 3], un-augmented, in a fixed order. The caller disposes each. */
  faces(identity: string): AsyncIterable<Tensor4D>;
}
