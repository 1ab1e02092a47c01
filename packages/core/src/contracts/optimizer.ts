import type { Scalar, Tensor } from '@tensorflow/tfjs';
import type { Weights } from './part.js';

export interface OptimizerOptions {
  readonly use: 'adam' | 'adamw';
  readonly learningRate: number;
  /** Defaults to [0.9, 0.999] (Kingma & Ba 2015). */
  readonly betas?: readonly [number, number];
  /** Defaults to 1e-8. */
  readonly epsilon?: number;
  /** Decoupled (Loshchilov & Hutter 2019); `adamw` only, defaults to 0.01. */
  readonly weightDecay?: number;
}

/** What one update is told. */
export interface Update {
  readonly learningRate: number;
  /**
   * Every gradient is multiplied by this scalar on the device (clipping by global norm). 0 means skip: weights and
   * state stay as they are bit for bit, whatever the gradients hold (they may be NaN then).
   */
  readonly scale: Scalar;
}

export interface Optimizer {
  /** Moments and step powers under stable paths: saved with the checkpoint, so that a resumed run is bit-equal. */
  readonly state: Weights;
  /** Exponential moving average of the weights under the weights' own paths, when `average` was asked for. */
  readonly average?: Weights;
  apply(gradients: Readonly<Record<string, Tensor>>, update: Update): void;
  dispose(): void;
}

/** Makes an optimizer over `weights`; `average` is the decay of an exponential moving average, 0 for none. */
export type OptimizerFactory = (options: OptimizerOptions, weights: Weights, average: number) => Optimizer;
