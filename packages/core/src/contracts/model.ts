import type { Tensor4D } from '@tensorflow/tfjs';
import type { Part, Pass, Shape } from './part.js';

/** Shared by all identities. */
export interface Encoder extends Part {
  readonly outputShape: Shape;
  /** images [batch, rows, columns, 3] in [0, 1] -> features [batch, ...outputShape]. */
  encode(images: Tensor4D, pass: Pass): Tensor4D;
}

/** What a bottleneck lets through. */
export interface Latent {
  /** [batch, ...latentShape]: what the decoders' side receives; a sample when the bottleneck is variational. */
  readonly z: Tensor4D;
  /** Diagonal Gaussian q(z|x), both [batch, ...latentShape]. */
  readonly posterior?: { readonly mean: Tensor4D; readonly logVariance: Tensor4D };
}

/** Shared by all identities: squeezes features into a latent and opens it again for the decoders. */
export interface Bottleneck extends Part {
  readonly latentShape: Shape;
  /** What the decoders receive. Not always the encoder's shape: `original` takes 4x4x1024 and hands on 8x8x512. */
  readonly outputShape: Shape;
  /** True when `compress` returns a posterior. */
  readonly variational?: boolean;
  compress(features: Tensor4D, pass: Pass): Latent;
  expand(z: Tensor4D, pass: Pass): Tensor4D;
}

/** image [batch, size, size, 3] in [0, 1]; mask [batch, size, size, 1] in [0, 1] where the decoder draws one. */
export interface Decoded {
  readonly image: Tensor4D;
  readonly mask?: Tensor4D;
}

/** One per identity. */
export interface Decoder extends Part {
  decode(features: Tensor4D, pass: Pass): Decoded;
}
