import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import type { Loss, TrainingStep } from '../../src/contracts/index.js';
import { kl } from '../../src/losses/kl.js';
import { latentStatistics } from '../../src/losses/latent-statistics.js';
import { fakeContext, fakeStep } from '../../src/testing/index.js';
import fixtures from './fixtures/latent.json' with { type: 'json' };

await tf.setBackend('cpu');

// Made by scripts/fixtures/latent.py in PyTorch, double precision.
const { batch, grid, channels } = fixtures;
const IDENTITIES = ['src', 'dst', 'third'];

/** The formula of scripts/fixtures/latent.py. */
function latent(identity: number, step: number): tf.Tensor4D {
  const values = new Float32Array(batch * grid * grid * channels);
  let at = 0;
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < grid; i++) {
      for (let j = 0; j < grid; j++) {
        for (let c = 0; c < channels; c++) {
          const wave = Math.sin(1.3 * b + 2.1 * i - 0.7 * j + 3.7 * c + 1.9 * identity + 0.6 * step);
          values[at++] = wave + 0.3 * identity * c;
        }
      }
    }
  }
  return tf.tensor4d(values, [batch, grid, grid, channels]);
}

const context = (count: number) =>
  fakeContext({ identities: IDENTITIES.slice(0, count), latentShape: [grid, grid, channels] });

/** Value, and gradient in the first sample of every identity's latent. */
async function evaluate(loss: Loss, count: number, index: number) {
  const identities = IDENTITIES.slice(0, count);
  const step = fakeStep({ identities, index: index + 1 });
  const z = identities.map((_, i) => latent(i, index));
  const value = (...latents: tf.Tensor[]) => {
    const at: TrainingStep = { ...step, latent: (id) => ({ z: latents[identities.indexOf(id)] as tf.Tensor4D }) };
    return loss.compute(at).value;
  };
  const { value: result, grads } = tf.valueAndGrads(value)(z);
  const gradients = await Promise.all(grads.map((gradient) => tf.slice(gradient, [0], [1]).data()));
  step.dispose();
  return { value: (await result.data())[0]!, gradients: gradients.map((gradient) => [...gradient]) };
}

function expectClose(received: Awaited<ReturnType<typeof evaluate>>, expected: typeof received) {
  expect(received.value).toBeCloseTo(expected.value, 5);
  expected.gradients.forEach((gradient, i) => {
    gradient.forEach((slope, j) => {
      expect(received.gradients[i]![j]).toBeCloseTo(slope, 5);
    });
  });
}

test("kl is PyTorch's kl_divergence in bits", async () => {
  const step = fakeStep();
  const at: TrainingStep = {
    ...step,
    latent: (id) => {
      const identity = IDENTITIES.indexOf(id);
      const posterior = { mean: latent(identity, 0), logVariance: latent(identity, 5) };
      return { z: posterior.mean, posterior };
    },
  };
  const { value, logged } = kl.create({}, context(2)).compute(at);
  expect((await value.data())[0]).toBeCloseTo(fixtures.kl, 4);
  expect((await logged!['rate']!.data())[0]).toBeCloseTo(fixtures.kl, 4);
});

test('one dimension with mean 1 and variance 1 costs 1 / (2 ln 2) bits', async () => {
  const step = fakeStep({ batch: 1 });
  const shape: [number, number, number, number] = [1, 1, 1, 1];
  const posterior = { mean: tf.ones<tf.Rank.R4>(shape), logVariance: tf.zeros<tf.Rank.R4>(shape) };
  const { value } = kl.create({}, context(2)).compute({ ...step, latent: () => ({ z: posterior.mean, posterior }) });
  expect((await value.data())[0]).toBeCloseTo(0.721348, 6);
});

for (const per of ['cell', 'channel'] as const) {
  test(`latent-statistics per ${per} is PyTorch's for two and for three identities`, async () => {
    const loss = (count: number) => latentStatistics.create({ per, momentum: 1 }, context(count));
    expectClose(await evaluate(loss(2), 2, 0), fixtures[per].two);
    expectClose(await evaluate(loss(3), 3, 0), fixtures[per].three);
  });

  test(`running latent-statistics per ${per} are the recipe's, from the first step on`, async () => {
    const { momentum } = fixtures.running;
    const loss = latentStatistics.create({ per, momentum }, context(2));
    for (const [index, expected] of fixtures.running[per].entries()) {
      expectClose(await evaluate(loss, 2, index), expected);
    }
    loss.dispose?.();
  });
}

test('a batch that is not finite does not stay in the running statistics', async () => {
  const loss = latentStatistics.create({ per: 'cell', momentum: 0.1 }, context(2));
  const broken = fakeStep({ latentShape: [grid, grid, channels] });
  const nan = tf.fill<tf.Rank.R4>([batch, grid, grid, channels], Number.NaN);
  const { value } = loss.compute({ ...broken, latent: () => ({ z: nan }) });
  expect((await value.data())[0]).toBeNaN();
  for (const [index, expected] of fixtures.running.cell.entries()) {
    expectClose(await evaluate(loss, 2, index), expected);
  }
});

test('a pass that does not train leaves the running statistics alone', async () => {
  const loss = latentStatistics.create({ per: 'cell', momentum: 0.1 }, context(2));
  const step = fakeStep({ latentShape: [grid, grid, channels], training: false });
  loss.compute(step);
  expect([...(await loss.weights!['started']!.data())]).toEqual([0]);
});
