import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { OptimizerOptions } from '../../src/contracts/index.js';
import { createAdam } from '../../src/training/adam.js';
import fixture from './fixtures/adam.json' with { type: 'json' };

beforeAll(() => tf.setBackend('cpu'));

const { learningRate, betas, epsilon, weightDecay } = fixture;
const options = (use: 'adam' | 'adamw'): OptimizerOptions => ({
  use,
  learningRate,
  betas: betas as [number, number],
  epsilon,
  weightDecay,
});

function trained(use: 'adam' | 'adamw', average = 0) {
  const weight = tf.variable(tf.tensor2d(fixture.start));
  const optimizer = createAdam(options(use), { w: weight }, average);
  return { weight, optimizer };
}

function apply(optimizer: ReturnType<typeof createAdam>, gradient: number[][], scale = 1): void {
  tf.tidy(() => optimizer.apply({ w: tf.tensor2d(gradient) }, { learningRate, scale: tf.scalar(scale) }));
}

describe.each(['adam', 'adamw'] as const)('%s', (use) => {
  test('ends where torch.optim ends', () => {
    const { weight, optimizer } = trained(use);
    for (const gradient of fixture.gradients) apply(optimizer, gradient);
    const expected = fixture[use].flat();
    for (const [i, value] of [...weight.dataSync()].entries()) expect(value).toBeCloseTo(expected[i] as number, 6);
  });

  test('scale multiplies the gradient', () => {
    const [halved, plain] = [trained(use), trained(use)];
    for (const gradient of fixture.gradients) {
      apply(halved.optimizer, gradient, 0.5);
      apply(
        plain.optimizer,
        gradient.map((row) => row.map((value) => value / 2)),
      );
    }
    expect([...halved.weight.dataSync()]).toEqual([...plain.weight.dataSync()]);
  });

  test('scale 0 leaves weights, moments, powers and average bit for bit, whatever the gradient holds', () => {
    const { weight, optimizer } = trained(use, 0.9);
    for (const gradient of fixture.gradients) apply(optimizer, gradient);
    const all = { weight, ...optimizer.state, average: optimizer.average?.['w'] as tf.Variable };
    const before = Object.values(all).map((variable) => [...variable.dataSync()]);
    apply(
      optimizer,
      [
        [Number.NaN, Number.POSITIVE_INFINITY, 1],
        [1, Number.NaN, 1],
      ],
      0,
    );
    expect(Object.values(all).map((variable) => [...variable.dataSync()])).toEqual(before);
  });
});

test('the average follows the weights by its decay', () => {
  const { weight, optimizer } = trained('adam', 0.75);
  let expected = fixture.start.flat();
  for (const gradient of fixture.gradients) {
    apply(optimizer, gradient);
    const now = [...weight.dataSync()];
    expected = expected.map((value, i) => 0.75 * value + 0.25 * (now[i] as number));
  }
  const average = [...(optimizer.average?.['w']?.dataSync() ?? [])];
  expect(average).toHaveLength(6);
  for (const [i, value] of average.entries()) expect(value).toBeCloseTo(expected[i] as number, 6);
});

test('no tensor is left by an update, and none at all after dispose', () => {
  const before = tf.memory().numTensors;
  const { weight, optimizer } = trained('adamw', 0.9);
  apply(optimizer, fixture.gradients[0] as number[][]);
  const after = tf.memory().numTensors;
  for (let i = 0; i < 50; i++) apply(optimizer, fixture.gradients[1] as number[][]);
  expect(tf.memory().numTensors).toBe(after);
  optimizer.dispose();
  weight.dispose();
  expect(tf.memory().numTensors).toBe(before + 1); // the tensor that the test made the variable from
});
