import type { Tensor, Variable } from '@tensorflow/tfjs';

/** [rows, columns, channels]: NHWC without the batch axis. Pictures are RGB float32 in [0, 1]. */
export type Shape = readonly [rows: number, columns: number, channels: number];

/**
 * A part's variables under stable paths ('conv1/kernel'): the paths become safetensors keys. `tf.Variable.name` is
 * global and auto-numbered: never use it. Non-trainable entries (spectral-norm vectors, running statistics,
 * multipliers) are saved but not optimised. Whoever made the part frees them: a part never disposes its own weights.
 */
export type Weights = Readonly<Record<string, Variable>>;

/** One forward pass. */
export interface Pass {
  readonly training: boolean;
  /**
   * Standard normal noise as a function of (run seed, step, key): counter-based, there is no stream, so resuming needs
   * the step number only.
   */
  noise(key: string, shape: readonly number[]): Tensor;
}

export interface LayerDescription {
  readonly name: string;
  readonly output: readonly number[];
  readonly parameters: number;
  /** Multiply-accumulates of one forward pass of one picture. */
  readonly macs: number;
}

/**
 * The life of everything a plugin makes: create (synchronous and cheap: `inspect` calls it) -> prepare (asynchronous:
 * read models, centroids) -> use -> dispose. What `weights` lists, the run frees after `dispose`; `dispose` frees all
 * else that outlives a call: frozen networks, constants, variables that are no weights.
 */
export interface Part {
  readonly weights?: Weights;
  /** For `fsae inspect`: what runs for one picture, in order. A part without it shows its parameters only. */
  readonly layers?: readonly LayerDescription[];
  prepare?(): Promise<void>;
  dispose?(): void;
}

/** How a new variable is filled. `he-normal`: N(0, 2 / ((1 + negativeSlope^2) fanIn)), He et al. 2015. */
export type Initial =
  | { readonly use: 'he-normal'; readonly fanIn: number; readonly negativeSlope?: number }
  | { readonly use: 'normal'; readonly standardDeviation: number }
  | { readonly use: 'constant'; readonly value: number };

/** Where a part writes to the person who runs it. */
export interface Logger {
  info(message: string): void;
  warn(message: string): void;
}

/** What every factory gets. */
export interface RunContext {
  readonly logger: Logger;
  /** A folder that survives runs: downloaded models, centroids. Created on first use by whoever writes to it. */
  readonly cacheDir: string;
  readonly signal: AbortSignal;
  /** A new variable whose first values are a function of (run seed, the part, path). Trainable unless said. */
  variable(path: string, shape: readonly number[], initial: Initial, trainable?: boolean): Variable;
}
