import type { Tensor3D, Tensor4D } from '@tensorflow/tfjs';
import type { Box } from './dataset.js';
import type { LossContext } from './loss.js';
import type { Latent } from './model.js';
import type { Part } from './part.js';

/** One batch of held-out faces of `from`, seen as `to`. All pictures [batch, size, size, 3]. */
export interface EvaluationPair {
  readonly from: string;
  readonly to: string;
  /** The group of each face of the batch. */
  readonly groups: readonly string[];
  readonly source: Tensor4D;
  /** `from` reconstructed by its own decoder. */
  readonly reconstruction: Tensor4D;
  readonly swap: Tensor4D;
  readonly latent: Latent;
  readonly landmarks?: Tensor3D;
  /** The true picture of `to` in `from`'s pose and expression (synthetic people). */
  readonly truth?: Tensor4D;
}

export interface EvaluationSet {
  readonly identities: readonly string[];
  readonly regions: Readonly<Record<string, Box>>;
  /** Mean training face of an identity, [size, size, 3]: the baseline that mush passes and a swap must beat. */
  meanFace(identity: string): Tensor3D;
  /** Tensors of a pair live until the next one is asked for. */
  pairs(): AsyncIterable<EvaluationPair>;
}

/** A value per face with its group, so that one bootstrap serves every metric; or one estimate over the whole set. */
export type Measured =
  | readonly { readonly value: number; readonly group: string }[]
  | { readonly value: number; readonly low: number; readonly high: number };

export interface Metric extends Part {
  readonly unit: string;
  readonly better: 'higher' | 'lower';
  measure(set: EvaluationSet): Promise<Measured>;
}

export type MetricContext = LossContext;
