import type { Tensor1D, Tensor3D, Tensor4D } from '@tensorflow/tfjs';
import type { Decoded, Latent } from './model.js';
import type { Pass } from './part.js';

/** What a loss may ask for beyond pictures; checked against bottleneck and datasets before step 0. */
export type Need = 'posterior' | 'mask' | 'landmarks';

/** A swap: `from` gives pose and expression, `to` gives the identity. */
export interface SwapPair {
  readonly from: string;
  readonly to: string;
}

/** One training step as a loss sees it. Everything is computed on first use and once per step: who does not ask does not pay. */
export interface TrainingStep {
  /** 1 for the first step of a run. */
  readonly index: number;
  readonly pass: Pass;
  readonly identities: readonly string[];
  /** The swaps of this step, the same for every loss: both for two identities, a seeded rotation for more. */
  readonly swaps: readonly SwapPair[];
  /** What the encoder saw (warped): [batch, size, size, 3]. */
  input(identity: string): Tensor4D;
  /** What must come out: [batch, size, size, 3]. */
  target(identity: string): Tensor4D;
  /** Of the target: [batch, size, size, 1] in [0, 1]. There when a loss of the run `needs` masks. */
  mask(identity: string): Tensor4D | undefined;
  /** Of the target: [batch, points, 2] as x, y in 0..1. There when the identity's dataset provides them. */
  landmarks(identity: string): Tensor3D | undefined;
  latent(identity: string): Latent;
  /** Every identity in one batch: z [identities * batch, rows, columns, channels], label [identities * batch] int32. */
  latents(): { readonly z: Tensor4D; readonly label: Tensor1D };
  reconstruction(identity: string): Decoded;
  /** decoder(to) of latent(from). */
  swap(from: string, to: string): Decoded;
}
