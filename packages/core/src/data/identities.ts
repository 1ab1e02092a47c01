import type { Dataset, FaceInfo } from '../contracts/index.js';

/** The faces of one identity, split once for a run: what trains and what is held out for evaluation. */
export interface IdentityFaces {
  readonly name: string;
  readonly dataset: Dataset;
  readonly training: readonly FaceInfo[];
  readonly heldOut: readonly FaceInfo[];
}
