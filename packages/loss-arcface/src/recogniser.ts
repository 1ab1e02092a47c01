import { fileURLToPath } from 'node:url';
import { type FrozenNetwork, FsaeError, type LossContext, loadNetwork, type NetworkInput } from '@fsae/core';
import * as tf from '@tensorflow/tfjs';
import type { ArcfaceOptions } from './options.js';

/** Embedders of synthetic people that are part of this package; scripts/avatar-embedder made them. */
const OWN = ['avatars', 'avatars-judge'];

/** What ArcFace's own networks take; for a file of which nothing is known. */
const ARCFACE_INPUT: NetworkInput = { mean: 127.5, scale: 128, order: 'rgb' };

/** Above this cosine two pictures are one to a recogniser. */
const COLLAPSED = 0.98;

/** Embeddings of length 1, [batch, features], of pictures [batch, ...inputShape] in 0..1. */
export function embed(network: FrozenNetwork, pictures: tf.Tensor4D): tf.Tensor2D {
  return unit(tf.reshape(network.apply(pictures), [pictures.shape[0], -1]));
}

/** Rows at length 1. The summand keeps the root's gradient finite where a row is 0. */
export function unit(x: tf.Tensor2D): tf.Tensor2D {
  return tf.div(x, tf.sqrt(tf.add(tf.sum(tf.square(x), 1, true), 1e-12)));
}

/**
 * @throws FSAE_ARCFACE_COLLAPSED when the network tells nothing apart; FSAE_NETWORK_...
 */
export async function openRecogniser(
  { model, input, output }: Pick<ArcfaceOptions, 'model' | 'input' | 'output'>,
  context: LossContext,
): Promise<FrozenNetwork> {
  const own = OWN.includes(model) ? fileURLToPath(new URL(`../models/${model}.json`, import.meta.url)) : undefined;
  const asked = {
    ...(input === undefined ? {} : { input }),
    ...(output === undefined ? {} : { output }),
  };
  const network = await loadNetwork({
    source: own ?? model,
    context,
    root: context.root,
    description: asked,
    fallback: { input: ARCFACE_INPUT, alignment: 'arcface' },
  });
  const likeness = await likenessOfPatterns(network);
  // Written so that NaN is refused, too.
  if (!(likeness <= COLLAPSED)) {
    network.dispose();
    throw new FsaeError('FSAE_ARCFACE_COLLAPSED', {
      what: `The recogniser "${model}" gives clearly different pictures one embedding: as a loss it would be 0 for everybody.`,
      expected: `a cosine of at most ${COLLAPSED} between some two of ${PATTERNS.length} patterns`,
      received: `${likeness.toFixed(4)} or more between all of them`,
      todo: 'Use another model, or state its `input` (range and channel order) if the file is sound. mobilefacenet.json as published is broken; the name "mobilefacenet" repairs it.',
    });
  }
  return network;
}

type Pattern = (x: number, y: number, channel: number) => number;

/** Light above dark, dark left of light, stripes, a disc, a chequerboard: x and y in 0..1. */
const PATTERNS: readonly Pattern[] = [
  (_, y) => 1 - y,
  (x) => x,
  (x, y, channel) => 0.5 + 0.4 * Math.sin(20 * x + 5 * y + 2 * channel),
  (x, y, channel) => (Math.hypot(x - 0.5, y - 0.5) < 0.35 ? [0.9, 0.7, 0.6][channel]! : 0.2),
  (x, y) => ((Math.floor(8 * x) + Math.floor(8 * y)) % 2 === 0 ? 0.8 : 0.2),
];

/** The smallest cosine between any two of the patterns. */
async function likenessOfPatterns(network: FrozenNetwork): Promise<number> {
  const [rows, columns, channels] = network.inputShape;
  const pictures = PATTERNS.flatMap((pattern) =>
    Array.from({ length: rows * columns * channels }, (_, i) => {
      const pixel = Math.floor(i / channels);
      return pattern((pixel % columns) / columns, Math.floor(pixel / columns) / rows, i % channels);
    }),
  );
  const smallest = tf.tidy(() => {
    const embeddings = embed(network, tf.tensor4d(pictures, [PATTERNS.length, rows, columns, channels]));
    return tf.min(tf.matMul(embeddings, embeddings, false, true));
  });
  const [value] = await smallest.data();
  smallest.dispose();
  return value as number;
}
