import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { createDiscriminator, type Discriminator } from '../src/discriminator.js';
import { accuracy, crossEntropy, gradientPenalty, reversal, toward, uniformDivergence } from '../src/loss.js';
import { type Case, cases, context, distance, restored } from './scenes.js';

beforeAll(() => tf.setBackend('cpu'));

const value = (scalar: tf.Scalar) => scalar.dataSync()[0] as number;

function create(c: Case): Discriminator {
  const people = Array.from({ length: c.identities }, (_, i) => `person${i}`);
  const { variable } = context(people, c.latent);
  const discriminator = createDiscriminator({ ...c, spectralNormalisation: true }, c.latent, c.identities, variable);
  for (const [path, weight] of Object.entries(discriminator.weights)) {
    const stored = c.weights[path];
    if (!stored) throw new Error(`PyTorch has no ${path}`);
    weight.assign(restored(stored));
  }
  return discriminator;
}

const kernels = ({ weights }: Discriminator) =>
  Object.entries(weights).flatMap(([path, weight]) => (path.endsWith('/kernel') ? [weight] : []));

describe.each(cases)('$network against PyTorch', (c) => {
  test('has the weights of the PyTorch module and no others', () => {
    expect(Object.keys(create(c).weights).sort()).toEqual(Object.keys(c.weights).sort());
  });

  test('logits with the stored u', () => {
    expect(distance(create(c).logits(restored(c.z)), c.logits)).toBeLessThan(2e-6);
  });

  test('values of the objectives', () => {
    const logits = create(c).logits(restored(c.z));
    const label = tf.tensor1d(c.label, 'int32');
    expect(value(crossEntropy(logits, label))).toBeCloseTo(c.values.crossEntropy, 5);
    expect(value(uniformDivergence(logits))).toBeCloseTo(c.values.uniform, 5);
    expect(value(reversal(logits, label))).toBeCloseTo(c.values.reversal, 5);
    expect(value(toward(logits, label, c.target))).toBeCloseTo(c.values.toward, 5);
    expect(value(accuracy(logits, label))).toBeCloseTo(c.values.accuracy, 6);
  });

  test('gradients of the objectives in the latents', () => {
    const discriminator = create(c);
    const label = tf.tensor1d(c.label, 'int32');
    const objectives = {
      uniform: (z: tf.Tensor) => uniformDivergence(discriminator.logits(z as tf.Tensor4D)),
      reversal: (z: tf.Tensor) => reversal(discriminator.logits(z as tf.Tensor4D), label),
      toward: (z: tf.Tensor) => toward(discriminator.logits(z as tf.Tensor4D), label, c.target),
    };
    for (const [name, objective] of Object.entries(objectives)) {
      const stored = c.latentGradients[name as keyof typeof objectives];
      expect(distance(tf.grad(objective)(restored(c.z)), stored), name).toBeLessThan(1e-6);
    }
  });

  test('one power iteration: u, logits, and the gradient of the cross-entropy in the kernels', () => {
    const discriminator = create(c);
    discriminator.iterate();
    for (const [path, stored] of Object.entries(c.afterUpdate.u)) {
      expect(distance(discriminator.weights[path] as tf.Tensor, stored), path).toBeLessThan(1e-6);
    }
    const z = restored<tf.Tensor4D>(c.z);
    expect(distance(discriminator.logits(z), c.afterUpdate.logits)).toBeLessThan(2e-6);
    const label = tf.tensor1d(c.label, 'int32');
    const variables = kernels(discriminator);
    const { grads, value: entropy } = tf.variableGrads(() => crossEntropy(discriminator.logits(z), label), variables);
    expect(value(entropy)).toBeCloseTo(c.afterUpdate.crossEntropy, 5);
    for (const [i, stored] of c.afterUpdate.kernelGradients.entries()) {
      expect(distance(grads[variables[i]?.name ?? ''] as tf.Tensor, stored)).toBeLessThan(1e-6);
    }
  });

  test('R1 and its gradient in the kernels (second order)', () => {
    const discriminator = create(c);
    discriminator.iterate();
    const z = restored<tf.Tensor4D>(c.z);
    const label = tf.tensor1d(c.label, 'int32');
    const variables = kernels(discriminator);
    const r1 = () => gradientPenalty(discriminator.logits, z, label);
    const { grads, value: penalty } = tf.variableGrads(r1, variables);
    expect(value(penalty)).toBeCloseTo(c.afterUpdate.r1, 5);
    for (const [i, stored] of c.afterUpdate.r1KernelGradients.entries()) {
      expect(distance(grads[variables[i]?.name ?? ''] as tf.Tensor, stored)).toBeLessThan(2e-6);
    }
  });

  test('after 60 power iterations kernel / normalised kernel is the singular value that numpy finds', () => {
    const discriminator = create(c);
    for (let i = 0; i < 60; i++) discriminator.iterate();
    for (const [i, kernel] of kernels(discriminator).entries()) {
      const path = Object.keys(discriminator.weights).filter((name) => name.endsWith('/u'))[i] ?? '';
      const matrix = tf.reshape(kernel, [-1, kernel.shape.at(-1) ?? 1]);
      const sigma = value(
        tf.norm(tf.matMul(matrix, tf.reshape(discriminator.weights[path] as tf.Tensor, [-1, 1]))) as tf.Scalar,
      );
      expect(sigma / (c.singularValues[i] ?? 0)).toBeCloseTo(1, 3);
    }
  });
});

test('without spectral normalisation there is no u, and iterate changes nothing', () => {
  const { variable } = context(['a', 'b'], [3, 3, 2]);
  const plain = createDiscriminator(
    { network: 'map', hidden: [4], spectralNormalisation: false },
    [3, 3, 2],
    2,
    variable,
  );
  expect(Object.keys(plain.weights)).toEqual(['hidden1/kernel', 'hidden1/bias', 'logits/kernel', 'logits/bias']);
  const before = kernels(plain).map((kernel) => Array.from(kernel.dataSync()));
  plain.iterate();
  expect(kernels(plain).map((kernel) => Array.from(kernel.dataSync()))).toEqual(before);
  // A kernel ten times as large gives other logits: nothing divides it.
  const z = tf.randomNormal([2, 3, 3, 2], 0, 1, 'float32', 4) as tf.Tensor4D;
  const logits = plain.logits(z).dataSync()[0] as number;
  const last = plain.weights['logits/kernel'] as tf.Variable;
  last.assign(tf.mul(last, 10));
  expect(plain.logits(z).dataSync()[0]).toBeCloseTo(10 * logits, 4);
});

test('only u is not trainable', () => {
  const { variable } = context(['a', 'b', 'c'], [2, 2, 3]);
  const { weights } = createDiscriminator(
    { network: 'vector', hidden: [5], spectralNormalisation: true },
    [2, 2, 3],
    3,
    variable,
  );
  const fixed = Object.entries(weights).flatMap(([path, weight]) => (weight.trainable ? [] : [path]));
  expect(fixed).toEqual(['hidden1/u', 'logits/u']);
});

test('R1 of the map network agrees with finite differences in every kernel', () => {
  const c = cases[1] as Case;
  const discriminator = create(c);
  const z = restored<tf.Tensor4D>(c.z);
  const label = tf.tensor1d(c.label, 'int32');
  const r1 = () => gradientPenalty(discriminator.logits, z, label);
  const variables = kernels(discriminator);
  const { grads } = tf.variableGrads(r1, variables);
  for (const kernel of variables) {
    const base = Float32Array.from(kernel.dataSync());
    const gradient = (grads[kernel.name] as tf.Tensor).dataSync();
    const at = (i: number, change: number) => {
      const moved = Float32Array.from(base);
      moved[i] = (moved[i] ?? 0) + change;
      kernel.assign(tf.tensor(moved, kernel.shape));
      const result = value(r1());
      kernel.assign(tf.tensor(base, kernel.shape));
      return result;
    };
    for (const i of [0, Math.floor(base.length / 2), base.length - 1]) {
      const difference = (at(i, 1e-3) - at(i, -1e-3)) / 2e-3;
      expect(Math.abs(difference - (gradient[i] ?? 0))).toBeLessThan(2e-3 * Math.max(0.1, Math.abs(difference)));
    }
  }
});
