import { isFsaeError, type Loss, type Shape } from '@fsae/core';
import * as tf from '@tensorflow/tfjs';
import * as v from 'valibot';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { adversarial } from '../src/adversarial.js';
import { createDiscriminator } from '../src/discriminator.js';
import plugin from '../src/index.js';
import { crossEntropy } from '../src/loss.js';
import { type AdversarialOptions, options } from '../src/options.js';
import { context, labels, latentStep, pass } from './scenes.js';

beforeAll(() => tf.setBackend('cpu'));

const two = ['ada', 'ben'];
const three = ['ada', 'ben', 'cleo'];
const small: Shape = [2, 2, 3];
const value = (scalar: tf.Scalar) => scalar.dataSync()[0] as number;
const normal = (shape: readonly number[], seed: number, deviation = 1): tf.Tensor4D =>
  tf.randomNormal(shape as tf.Tensor4D['shape'], 0, deviation, 'float32', seed);

function create(identities: readonly string[], latent: Shape, given: Partial<AdversarialOptions> = {}, seed = 1): Loss {
  return adversarial.create(v.parse(options, given), context(identities, latent, seed));
}

/** What the trainer does with an adversary, in short: variableGrads on what was observed, then one Adam update. */
function opponent(loss: Loss, identities: readonly string[]) {
  const adversary = loss.adversary;
  if (!adversary?.optimizer) throw new Error('the loss has no adversary');
  const { learningRate, betas } = adversary.optimizer;
  const optimizer = tf.train.adam(learningRate, betas?.[0], betas?.[1], 1e-8);
  const trained = Object.values(adversary.weights ?? {}).filter((weight) => weight.trainable);
  return (z: tf.Tensor4D, label: tf.Tensor1D): number => {
    const seen = adversary.observe(latentStep(identities, z, label));
    const { value: entropy, grads } = tf.variableGrads(() => adversary.loss(seen, pass).value, trained);
    optimizer.applyGradients(Object.entries(grads).map(([name, tensor]) => ({ name, tensor })));
    const result = value(entropy);
    tf.dispose([entropy, ...Object.values(grads)]);
    return result;
  };
}

/** Latents in which channel 0 of every place says who it is. */
function telling(identities: number, batch: number, latent: Shape, seed: number): tf.Tensor4D {
  return tf.tidy(() => {
    const [rows, columns, channels] = latent;
    const label = tf.cast(labels(identities, batch), 'float32');
    const mark = tf.mul(tf.reshape(label, [-1, 1, 1, 1]), tf.oneHot(tf.zeros([rows, columns], 'int32'), channels));
    return tf.add(normal([identities * batch, ...latent], seed), tf.mul(2, mark)) as tf.Tensor4D;
  });
}

test('the plugin names its loss and the API it was built for', () => {
  expect(plugin).toMatchObject({ name: '@fsae/loss-adversarial', api: 1 });
  expect(Object.keys(plugin.losses ?? {})).toEqual(['adversarial']);
});

describe.each([
  ['vector', two, 1],
  ['vector', three, 4],
  ['map', two, 4],
  ['map', three, 1],
] as const)('%s network, %j, batch %i', (network, identities, batch) => {
  const make = (given: Partial<AdversarialOptions> = {}) => create(identities, small, { network, warmup: 0, ...given });
  const label = () => labels(identities.length, batch);
  const z = () => normal([identities.length * batch, ...small], 7);

  test.each(['uniform', 'reversal', 'toward'] as const)(
    '%s: a finite scalar with a gradient in the latents that finite differences confirm',
    (objective) => {
      const loss = make({ objective, ...(objective === 'toward' ? { toward: 'ben' } : {}) });
      const of = (x: tf.Tensor) => loss.compute(latentStep(identities, x as tf.Tensor4D, label())).value;
      const terms = of(z());
      expect(terms.shape).toEqual([]);
      expect(Number.isFinite(value(terms))).toBe(true);
      const gradient = tf.grad(of)(z()).dataSync();
      const base = Float32Array.from(z().dataSync());
      const scale = Math.max(...gradient.map(Math.abs));
      expect(scale).toBeGreaterThan(1e-4);
      for (const i of [0, 5, base.length - 1]) {
        const at = (change: number) => {
          const moved = Float32Array.from(base);
          moved[i] = (moved[i] ?? 0) + change;
          return value(of(tf.tensor(moved, z().shape)));
        };
        const difference = (at(5e-3) - at(-5e-3)) / 1e-2;
        expect(Math.abs(difference - (gradient[i] ?? 0))).toBeLessThan(0.02 * scale);
      }
    },
  );

  test('logs the accuracy, the cross-entropy and, without a referee, the bits of the same opinion', () => {
    const { logged } = make({ referee: false }).compute(latentStep(identities, z(), label()));
    expect(Object.keys(logged ?? {}).sort()).toEqual(['accuracy', 'bits', 'cross-entropy']);
    const entropy = value(logged?.['cross-entropy'] as tf.Scalar);
    const bits = Math.max(0, Math.log2(identities.length) - entropy / Math.log(2));
    expect(value(logged?.['bits'] as tf.Scalar)).toBeCloseTo(bits, 5);
    expect(value(logged?.['accuracy'] as tf.Scalar)).toBeGreaterThanOrEqual(0);
    expect(value(logged?.['accuracy'] as tf.Scalar)).toBeLessThanOrEqual(1);
  });

  test('the order of the faces does not matter', () => {
    const loss = make();
    const order = tf.tensor1d(Array.from({ length: identities.length * batch }, (_, i) => i).reverse(), 'int32');
    const straight = loss.compute(latentStep(identities, z(), label()));
    const turned = loss.compute(latentStep(identities, tf.gather(z(), order), tf.gather(label(), order)));
    expect(value(turned.value)).toBeCloseTo(value(straight.value), 6);
  });
});

describe('the two passes', () => {
  test("the model's pass leaves u as it is; the discriminator's update moves it", () => {
    const loss = create(two, small);
    const u = loss.adversary?.weights?.['hidden1/u'] as tf.Variable;
    const before = Array.from(u.dataSync());
    const step = latentStep(two, normal([8, ...small], 3), labels(2, 4));
    tf.grad((z) => loss.compute(latentStep(two, z as tf.Tensor4D, labels(2, 4))).value)(normal([8, ...small], 3));
    expect(Array.from(u.dataSync())).toEqual(before);
    const seen = loss.adversary?.observe(step) ?? {};
    loss.adversary?.loss(seen, { ...pass, training: false });
    expect(Array.from(u.dataSync())).toEqual(before);
    loss.adversary?.loss(seen, pass);
    expect(Array.from(u.dataSync())).not.toEqual(before);
    expect(value(tf.norm(u) as tf.Scalar)).toBeCloseTo(1, 5);
  });

  test('the adversary sees exactly the latents and labels of the step', () => {
    const loss = create(two, small);
    const z = normal([8, ...small], 3);
    const label = labels(2, 4);
    const seen = loss.adversary?.observe(latentStep(two, z, label));
    expect(seen?.['z']).toBe(z);
    expect(seen?.['label']).toBe(label);
  });

  test('r1 adds gamma / 2 times the penalty to the cross-entropy and logs that sum of its own', () => {
    const seen = { z: normal([8, ...small], 3), label: labels(2, 4) };
    const plain = value(create(two, small).adversary?.loss(seen, pass).value as tf.Scalar);
    const one = create(two, small, { r1: 1 }).adversary?.loss(seen, pass);
    const ten = create(two, small, { r1: 10 }).adversary?.loss(seen, pass);
    const added = value(one?.logged?.['r1'] as tf.Scalar);
    expect(added).toBeGreaterThan(0);
    expect(value(one?.value as tf.Scalar)).toBeCloseTo(plain + added, 5);
    expect(value(ten?.value as tf.Scalar)).toBeCloseTo(plain + 10 * added, 4);
  });

  test('the warm-up scales the value of the model and nothing that is logged', () => {
    const loss = create(two, small, { warmup: 200 });
    const at = (index: number) => loss.compute(latentStep(two, normal([8, ...small], 3), labels(2, 4), index));
    const full = value(at(201).value);
    expect(value(at(1).value)).toBe(0);
    expect(value(at(101).value)).toBeCloseTo(full / 2, 6);
    expect(value(at(5000).value)).toBeCloseTo(full, 6);
    expect(value(at(1).logged?.['cross-entropy'] as tf.Scalar)).toBe(
      value(at(201).logged?.['cross-entropy'] as tf.Scalar),
    );
  });

  test('the referee judges without a word to the encoder', () => {
    const loss = create(two, small, { warmup: 0, learningRate: 1e-2 });
    const learn = opponent(loss, two);
    for (let i = 0; i < 20; i++) learn(telling(2, 4, small, 20 + i), labels(2, 4));
    const terms = () => loss.compute(latentStep(two, telling(2, 4, small, 3), labels(2, 4)));
    const before = terms();
    expect(value(before.logged?.['bits'] as tf.Scalar)).toBeGreaterThan(0.2);
    const kernel = loss.adversary?.weights?.['referee/logits/kernel'] as tf.Variable;
    kernel.assign(tf.mul(kernel, -3));
    const after = terms();
    expect(value(after.value)).toBe(value(before.value));
    expect(value(after.logged?.['cross-entropy'] as tf.Scalar)).toBe(
      value(before.logged?.['cross-entropy'] as tf.Scalar),
    );
    expect(value(after.logged?.['bits'] as tf.Scalar)).toBe(0);
    expect(create(two, small, { referee: false }).adversary?.weights).not.toHaveProperty('referee/logits/kernel');
  });

  test('the optimizer is data: Adam with the options of this loss', () => {
    const { adversary } = create(two, small, { learningRate: 5e-4, betas: [0, 0.9], updatesPerStep: 5 });
    expect(adversary?.optimizer).toEqual({ use: 'adam', learningRate: 5e-4, betas: [0, 0.9] });
    expect(adversary?.updatesPerStep).toBe(5);
  });
});

describe('the discriminator in training', () => {
  beforeEach(() => {
    tf.engine().startScope();
    return () => tf.engine().endScope();
  });

  test.each([
    ['vector', two, 0],
    ['map', two, 0],
    ['vector', three, 0],
    ['vector', three, 0.1],
  ] as const)(
    '%s, %j, r1 %f: learns latents that tell, and knows nothing of those that do not',
    (network, people, r1) => {
      const chance = Math.log(people.length);
      // Narrow: gradients of convolutions are slow on the cpu backend.
      const narrow = { network, r1, hidden: [6, 6], learningRate: 1e-2 };
      const told = create(people, small, narrow);
      const untold = create(people, small, narrow);
      const learn = opponent(told, people);
      const guess = opponent(untold, people);
      const label = labels(people.length, 8);
      for (let i = 0; i < 60; i++) {
        learn(telling(people.length, 8, small, 1000 + i), label);
        guess(normal([people.length * 8, ...small], 9000 + i), label);
      }
      const fresh = telling(people.length, 100, small, 5);
      const many = labels(people.length, 100);
      const knows = told.compute(latentStep(people, fresh, many)).logged ?? {};
      const nothing = untold.compute(latentStep(people, normal([people.length * 100, ...small], 6), many)).logged ?? {};
      expect(value(knows['cross-entropy'] as tf.Scalar)).toBeLessThan(0.7 * chance);
      expect(value(knows['accuracy'] as tf.Scalar)).toBeGreaterThan(0.7);
      expect(value(nothing['cross-entropy'] as tf.Scalar)).toBeGreaterThan(0.97 * chance);
      expect(value(nothing['bits'] as tf.Scalar)).toBeLessThan(0.04);
    },
  );

  test('the referee reads what a discriminator held back by its normalisation cannot say', () => {
    const loss = create(two, small, { hidden: [8, 8], learningRate: 5e-3 });
    const learn = opponent(loss, two);
    // Plain to see for whoever may amplify it: a fifth of the spread of the other channels.
    const faint = (seed: number, batch: number) =>
      tf.tidy(() => tf.mul(telling(2, batch, small, seed), [0.2, 1, 1]) as tf.Tensor4D);
    for (let i = 0; i < 150; i++) learn(faint(400 + i, 8), labels(2, 8));
    const { logged } = loss.compute(latentStep(two, faint(1, 100), labels(2, 100)));
    const own = 1 - value(logged?.['cross-entropy'] as tf.Scalar) / Math.LN2;
    expect(value(logged?.['bits'] as tf.Scalar)).toBeGreaterThan(own + 0.2);
  });

  test('the map finds identity in one single cell, where the mean over the grid says nothing', () => {
    const latent: Shape = [5, 5, 2];
    const batch = 4;
    const label = labels(2, batch);
    // +-6 in channel 0 of cell (2, 3), taken back evenly from the other 24 cells: the mean over the grid is the same.
    const spot = tf.buffer([1, 5, 5, 2]);
    for (let row = 0; row < 5; row++) for (let column = 0; column < 5; column++) spot.set(-6 / 24, 0, row, column, 0);
    spot.set(6, 0, 2, 3, 0);
    const sign = tf.reshape(tf.sub(1, tf.mul(2, tf.cast(label, 'float32'))), [-1, 1, 1, 1]);
    const sample = (seed: number) =>
      tf.tidy(() => tf.add(normal([2 * batch, 5, 5, 2], seed), tf.mul(sign, spot.toTensor())) as tf.Tensor4D);
    const pooled = (z: tf.Tensor4D) => tf.mul(5, tf.mean(z, [1, 2], true)) as tf.Tensor4D;

    const shape = { network: 'map', hidden: [8, 8], spectralNormalisation: false } as const;
    const map = create(two, latent, { ...shape, learningRate: 1e-2 });
    const pool = create(two, [1, 1, 2], { network: 'vector', hidden: [8, 8], learningRate: 1e-2 });
    const train = opponent(map, two);
    const trainPooled = opponent(pool, two);
    for (let i = 0; i < 140; i++) {
      const z = sample(3000 + i);
      train(z, label);
      trainPooled(pooled(z), label);
    }
    const z = sample(1);
    const same = (path: string) => map.adversary?.weights?.[path] as tf.Variable;
    const there = tf.slice(createDiscriminator(shape, latent, 2, same).logits(z), [0, 2 * 5 + 3, 0], [-1, 1, -1]);
    expect(value(crossEntropy(there, label))).toBeLessThan(0.3 * Math.log(2));
    const missed = pool.compute(latentStep(two, pooled(z), label)).logged ?? {};
    expect(value(missed['cross-entropy'] as tf.Scalar)).toBeGreaterThan(0.95 * Math.log(2));
  });

  test('the encoder descends: latents that follow its gradient become those of nobody', () => {
    const loss = create(two, small, { warmup: 0 });
    const learn = opponent(loss, two);
    const label = labels(2, 8);
    const noise = telling(2, 8, small, 4);
    for (let i = 0; i < 100; i++) learn(noise, label);
    const of = (z: tf.Tensor) => loss.compute(latentStep(two, z as tf.Tensor4D, label)).value;
    const before = value(of(noise));
    let z: tf.Tensor = noise;
    for (let i = 0; i < 60; i++) z = tf.sub(z, tf.mul(4, tf.grad(of)(z)));
    expect(before).toBeGreaterThan(0.1);
    expect(value(of(z))).toBeLessThan(0.2 * before);
  });
});

describe('state', () => {
  test('weights taken from one discriminator give another its next values, u included', () => {
    const people = three;
    const label = labels(3, 4);
    const first = create(people, small, {}, 1);
    const train = opponent(first, people);
    for (let i = 0; i < 5; i++) train(normal([12, ...small], 50 + i), label);
    const second = create(people, small, {}, 2);
    for (const [path, weight] of Object.entries(second.adversary?.weights ?? {})) {
      weight.assign(first.adversary?.weights?.[path] as tf.Tensor);
    }
    const seen = { z: normal([12, ...small], 99), label };
    for (let i = 0; i < 3; i++) {
      const expected = first.adversary?.loss(seen, pass).value as tf.Scalar;
      expect(value(second.adversary?.loss(seen, pass).value as tf.Scalar)).toBe(value(expected));
    }
  });

  test('the same seed gives the same run, another seed another', () => {
    const run = (seed: number) => {
      const train = opponent(create(two, small, {}, seed), two);
      return Array.from({ length: 10 }, (_, i) => train(normal([8, ...small], 70 + i), labels(2, 4)));
    };
    expect(run(1)).toEqual(run(1));
    expect(run(2)).not.toEqual(run(1));
  });

  test.each([{ network: 'vector' }, { network: 'map', hidden: [6], r1: 1 }] as const)(
    '%j: no tensor is left over after 50 steps',
    (given) => {
      const loss = create(two, small, given);
      const train = opponent(loss, two);
      const z = normal([8, ...small], 3);
      const label = labels(2, 4);
      const step = () => {
        const gradient = tf.grad((x) => loss.compute(latentStep(two, x as tf.Tensor4D, label, 7)).value)(z);
        train(z, label);
        gradient.dispose();
      };
      step();
      const before = tf.memory().numTensors;
      for (let i = 0; i < 50; i++) step();
      expect(tf.memory().numTensors).toBe(before);
    },
  );

  test('holds nothing but the weights of its adversary', () => {
    const before = tf.memory().numTensors;
    const loss = create(three, small, { network: 'map' });
    expect(Object.keys(loss.adversary?.weights ?? {})).toHaveLength(9 + 7);
    expect(tf.memory().numTensors).toBe(before + 9 + 7);
    expect(loss.weights).toBeUndefined();
    tf.dispose({ ...loss.adversary?.weights });
  });
});

test('an identity that the config does not have is refused with what it has', () => {
  const attempt = () => create(two, small, { objective: 'toward', toward: 'bne' });
  expect(attempt).toThrow(/"ada", "ben"[\s\S]*"bne"/);
  try {
    attempt();
  } catch (error) {
    expect(isFsaeError(error) && error.code).toBe('FSAE_ADVERSARIAL_TOWARD');
  }
});
