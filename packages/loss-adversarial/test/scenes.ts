import { readFileSync } from 'node:fs';
import type { LossContext, Pass, Shape, TrainingStep } from '@fsae/core';
import * as tf from '@tensorflow/tfjs';

/** What the tests need of a run: seeded variables, the names of the people, the shape of the latent. */
export function context(identities: readonly string[], latent: Shape, seed = 1): LossContext {
  const unused = () => {
    throw new Error('the adversarial loss asked for something it does not need');
  };
  return {
    identities,
    latent,
    image: [64, 64, 3],
    root: '',
    dataset: unused,
    faces: unused,
    logger: { info: unused, warn: unused },
    cacheDir: '',
    signal: new AbortController().signal,
    variable(path, shape, initial, trainable = true) {
      const deviation =
        initial.use === 'constant'
          ? 0
          : initial.use === 'normal'
            ? initial.standardDeviation
            : Math.sqrt(2 / ((1 + (initial.negativeSlope ?? 0) ** 2) * initial.fanIn));
      const name = [...path].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 65_521, seed);
      const values =
        initial.use === 'constant'
          ? tf.fill([...shape], initial.value)
          : tf.randomNormal([...shape], 0, deviation, 'float32', name);
      const variable = tf.variable(values, trainable);
      values.dispose();
      return variable;
    },
  };
}

export const pass: Pass = { training: true, noise: (_key, shape) => tf.zeros([...shape]) };

/** A step of which only the latents are asked for: z [identities * batch, ...latent], sorted by identity. */
export function latentStep(identities: readonly string[], z: tf.Tensor4D, label: tf.Tensor1D, index = 1): TrainingStep {
  const unused = () => {
    throw new Error('the adversarial loss asked for something it does not need');
  };
  return {
    index,
    pass,
    identities,
    swaps: [],
    input: unused,
    target: unused,
    mask: unused,
    landmarks: unused,
    latent: unused,
    latents: () => ({ z, label }),
    reconstruction: unused,
    swap: unused,
  };
}

/** label of `batch` faces per identity, in order. */
export function labels(identities: number, batch: number): tf.Tensor1D {
  return tf.tensor1d(
    Array.from({ length: identities * batch }, (_, i) => Math.floor(i / batch)),
    'int32',
  );
}

export interface Stored {
  readonly shape: number[];
  readonly values: number[];
}

/** What scripts/fixtures/adversarial.py wrote. */
export interface Case {
  readonly network: 'vector' | 'map';
  readonly hidden: number[];
  readonly latent: [number, number, number];
  readonly identities: number;
  readonly target: number;
  readonly z: Stored;
  readonly label: number[];
  readonly weights: Record<string, Stored>;
  readonly logits: Stored;
  readonly values: Record<'crossEntropy' | 'uniform' | 'reversal' | 'toward' | 'accuracy', number>;
  readonly latentGradients: Record<'uniform' | 'reversal' | 'toward', Stored>;
  readonly afterUpdate: {
    readonly u: Record<string, Stored>;
    readonly logits: Stored;
    readonly crossEntropy: number;
    readonly kernelGradients: Stored[];
    readonly r1: number;
    readonly r1KernelGradients: Stored[];
  };
  readonly singularValues: number[];
}

export const cases: Case[] = JSON.parse(
  readFileSync(new URL('./fixtures/discriminators.json', import.meta.url), 'utf8'),
);

export function restored<T extends tf.Tensor>({ shape, values }: Stored): T {
  return tf.tensor(values, shape) as T;
}

/** The largest distance between a tensor and stored values. */
export function distance(x: tf.Tensor, { shape, values }: Stored): number {
  if (x.size !== values.length) return Number.POSITIVE_INFINITY;
  if (x.rank === shape.length && x.shape.some((length, i) => length !== shape[i])) return Number.POSITIVE_INFINITY;
  return Array.from(x.dataSync()).reduce((worst, value, i) => Math.max(worst, Math.abs(value - (values[i] ?? 0))), 0);
}
