import * as tf from '@tensorflow/tfjs';
import type { Decoded, Latent, Pass, Random, SwapPair, TrainingStep } from '../contracts/index.js';
import type { Batch } from '../data/loader.js';
import type { Autoencoder } from '../model/autoencoder.js';

/** The pictures of one step as tensors; owned by the trainer, who disposes them after the step. */
export interface StepTensors {
  /** [identities * batch, size, size, 3] */
  readonly input: tf.Tensor4D;
  readonly target: ReadonlyMap<string, tf.Tensor4D>;
  readonly mask: ReadonlyMap<string, tf.Tensor4D>;
  readonly landmarks: ReadonlyMap<string, tf.Tensor3D>;
}

export function uploadBatch(batch: Batch, size: number): StepTensors {
  const faces = [...batch.faces];
  const count = (faces[0]?.[1].input.length ?? 0) / (size * size * 3);
  const input = new Float32Array(faces.length * count * size * size * 3);
  const target = new Map<string, tf.Tensor4D>();
  const mask = new Map<string, tf.Tensor4D>();
  const landmarks = new Map<string, tf.Tensor3D>();
  for (const [position, [identity, face]] of faces.entries()) {
    input.set(face.input, position * face.input.length);
    target.set(identity, tf.tensor4d(face.target, [count, size, size, 3]));
    if (face.mask !== undefined) mask.set(identity, tf.tensor4d(face.mask, [count, size, size, 1]));
    if (face.landmarks !== undefined) {
      landmarks.set(identity, tf.tensor3d(face.landmarks, [count, face.landmarks.length / (2 * count), 2]));
    }
  }
  return { input: tf.tensor4d(input, [faces.length * count, size, size, 3]), target, mask, landmarks };
}

export function disposeBatch(tensors: StepTensors): void {
  tensors.input.dispose();
  for (const map of [tensors.target, tensors.mask, tensors.landmarks]) for (const t of map.values()) t.dispose();
}

/** Both swaps for two identities; for more, each identity is seen as one other, in a rotation drawn per step. */
export function swapsOf(identities: readonly string[], random: Random, index: number): SwapPair[] {
  const count = identities.length;
  const shift = count === 2 ? 1 : 1 + random.stream('swaps', index).integer(count - 1);
  return identities.map((from, i) => ({ from, to: identities[(i + shift) % count] as string }));
}

/**
 * One forward pass as losses see it. The encoder runs once on all identities in one batch (larger matrices are faster,
 * and `latents()` is free); everything else is computed on first use.
 */
export function createStep(
  model: Autoencoder,
  tensors: StepTensors,
  details: { readonly index: number; readonly pass: Pass; readonly swaps: readonly SwapPair[] },
): TrainingStep {
  const { pass } = details;
  const identities = model.identities;
  const total = tensors.input.shape[0];
  const count = total / identities.length;
  const once = memo();

  const slice = <T extends tf.Tensor>(x: T, identity: string): T => {
    const position = identities.indexOf(identity);
    if (position < 0) throw new RangeError(`No identity "${identity}" in this run.`);
    return tf.slice(x, [position * count], [count]) as T;
  };
  const all = () => once('latent', () => model.encode(tensors.input, pass));
  const features = () => once('features', () => model.expand(all().z, pass));
  const translate = (from: string, to: string): Decoded =>
    once(`decoded/${from}/${to}`, () => model.decode(to, slice(features(), from), pass));

  return {
    ...details,
    identities,
    input: (identity) => once(`input/${identity}`, () => slice(tensors.input, identity)),
    target: (identity) => required(tensors.target.get(identity), identity),
    mask: (identity) => tensors.mask.get(identity),
    landmarks: (identity) => tensors.landmarks.get(identity),
    latent: (identity) =>
      once(`latent/${identity}`, (): Latent => {
        const { z, posterior } = all();
        if (posterior === undefined) return { z: slice(z, identity) };
        return {
          z: slice(z, identity),
          posterior: { mean: slice(posterior.mean, identity), logVariance: slice(posterior.logVariance, identity) },
        };
      }),
    latents: () => ({
      z: all().z,
      label: once('label', () =>
        tf.tensor1d(
          Array.from({ length: total }, (_, i) => Math.floor(i / count)),
          'int32',
        ),
      ),
    }),
    reconstruction: (identity) => translate(identity, identity),
    swap: translate,
  };
}

function memo() {
  const values = new Map<string, unknown>();
  return <T>(key: string, compute: () => T): T => {
    if (!values.has(key)) values.set(key, compute());
    return values.get(key) as T;
  };
}

function required<T>(value: T | undefined, identity: string): T {
  if (value === undefined) throw new RangeError(`No identity "${identity}" in this batch.`);
  return value;
}
