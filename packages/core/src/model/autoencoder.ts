import * as tf from '@tensorflow/tfjs';
import type { Bottleneck, Decoded, Decoder, Encoder, Latent, Part, Pass, Weights } from '../contracts/index.js';
import { freePart } from './free.js';

/** One shared encoder and bottleneck, a decoder per identity. */
export class Autoencoder implements Part {
  readonly weights: Weights;

  constructor(
    readonly encoder: Encoder,
    readonly bottleneck: Bottleneck,
    readonly decoders: ReadonlyMap<string, Decoder>,
  ) {
    this.weights = {
      ...prefixed('encoder', encoder.weights),
      ...prefixed('bottleneck', bottleneck.weights),
      ...Object.assign({}, ...[...decoders].map(([name, decoder]) => prefixed(`decoders/${name}`, decoder.weights))),
    };
  }

  get identities(): readonly string[] {
    return [...this.decoders.keys()];
  }

  /** images [batch, size, size, 3] in [0, 1] -> latent. */
  encode(images: tf.Tensor4D, pass: Pass): Latent {
    return this.bottleneck.compress(this.encoder.encode(images, pass), pass);
  }

  /** z -> what every decoder receives. */
  expand(z: tf.Tensor4D, pass: Pass): tf.Tensor4D {
    return this.bottleneck.expand(z, pass);
  }

  decode(identity: string, features: tf.Tensor4D, pass: Pass): Decoded {
    const decoder = this.decoders.get(identity);
    if (decoder === undefined) throw new RangeError(`No decoder for identity "${identity}".`);
    return decoder.decode(features, pass);
  }

  /** decoder(to) of what the encoder saw in `images`, without training noise. The caller disposes it. */
  translate(images: tf.Tensor4D, to: string): tf.Tensor4D {
    return tf.tidy(() => this.decode(to, this.expand(this.encode(images, INFERENCE).z, INFERENCE), INFERENCE).image);
  }

  async prepare(): Promise<void> {
    for (const part of this.parts()) await part.prepare?.();
  }

  dispose(): void {
    for (const part of this.parts()) freePart(part);
  }

  private parts(): Part[] {
    return [this.encoder, this.bottleneck, ...this.decoders.values()];
  }
}

/** A pass without randomness: swaps, previews, evaluation. */
export const INFERENCE: Pass = { training: false, noise: (_key, shape) => tf.zeros([...shape]) };

export function prefixed(prefix: string, weights: Weights = {}): Weights {
  return Object.fromEntries(Object.entries(weights).map(([path, variable]) => [`${prefix}/${path}`, variable]));
}
