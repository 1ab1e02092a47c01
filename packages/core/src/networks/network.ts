import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import type { RunContext, Shape } from '../contracts/index.js';

/** What a network wants its pixels to be: (255 x - mean) / scale for x in [0, 1], channel by channel. */
export interface NetworkInput {
  /** On the scale of 0..255, in the network's own channel order. */
  readonly mean: number | readonly [number, number, number];
  readonly scale: number;
  readonly order: 'rgb' | 'bgr';
}

/** How a face recogniser wants the face to lie in its input; `arcface` and `dlib` crop by eyes, nose and mouth corners. */
export type Alignment = 'arcface' | 'dlib' | 'whole';

/** What is known of a network beside its file; a model.json may say it of itself under `userDefinedMetadata.fsae`. */
export interface NetworkDescription {
  readonly input?: NetworkInput;
  /**
   * Node of a GraphModel that is the output; a graph with a single output needs none. Several are flattened and joined,
   * in this order, to [batch, values].
   */
  readonly output?: string | readonly string[];
  readonly licence?: string;
  /** Of face recognisers. */
  readonly alignment?: Alignment;
  /** Of face recognisers: mean cosine of two pictures of one person, and of two people. */
  readonly cosine?: { readonly same: number; readonly different: number };
}

/** A network whose weights never change. It holds tensors until it is disposed. */
export interface FrozenNetwork {
  /** [rows, columns, channels] of the pictures that `apply` takes. */
  readonly inputShape: Shape;
  readonly licence: string | undefined;
  readonly description: NetworkDescription;
  /** SHA-256 (hex) of its model.json followed by its weight files. */
  readonly sha256: string;
  /**
   * RGB pictures [batch, ...inputShape] in [0, 1] to the network's output: [batch, features] of a recogniser,
   * [batch, points * 2] or [batch, points * 3] of a landmark network. Differentiable in the pictures.
   */
  apply(images: Tensor4D): Tensor;
  dispose(): void;
}

export interface LoadNetworkOptions {
  /**
   * A name of the catalogue ('mobilefacenet', `fsae models list`); a path of a TensorFlow.js model.json, relative to
   * `root`; 'npm:package[@version]/path/model.json'; or 'https://.../model.json#sha256=HEX'.
   */
  readonly source: string;
  readonly context: Pick<RunContext, 'cacheDir' | 'logger' | 'signal'>;
  /** The project's folder: paths start there, and so does the search for installed packages. */
  readonly root: string;
  /** A known repair by name, or false for none; the catalogue's when left out. */
  readonly repair?: string | false;
  /** In place of what the catalogue or the file says. */
  readonly description?: NetworkDescription;
  /** Where neither says anything. */
  readonly fallback?: NetworkDescription;
}

/**
 * Finds, verifies, repairs, un-fuses and freezes a network. Two callers of one run (one `context.signal`) that ask for
 * the same get the same weights; each disposes what it was given.
 * @throws FsaeError with a code FSAE_NETWORK_...
 */
export async function loadNetwork(options: LoadNetworkOptions): Promise<FrozenNetwork> {
  const { load } = await import('./load.js');
  return load(options);
}
