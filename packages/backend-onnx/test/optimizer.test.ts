import type { OptimizerOptions } from '@fsae/core';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { provider } from './both.js';

beforeAll(() => provider.activate({ threads: 1 }));

let weight: tf.Variable;
beforeEach(() => {
  weight = tf.variable(tf.tensor1d([1, -2, 0.5]));
});

const make = (options: Partial<OptimizerOptions> = {}, average = 0) =>
  provider.optimizer!({ use: 'adam', learningRate: 0.1, ...options }, { w: weight }, average);

function apply(optimizer: ReturnType<typeof make>, gradient: number[], learningRate = 0.1, scale = 1): void {
  tf.tidy(() => {
    optimizer.apply({ w: tf.mul(tf.tensor1d(gradient), 1) }, { learningRate, scale: tf.scalar(scale) });
  });
}

const close = async (variable: tf.Variable, expected: number[]) => {
  const values = [...(await variable.data())];
  expected.forEach((value, i) => {
    // beta^t is kept in float32, as in the checkpoint: 1 - beta2^t is good to 1e-5 at the first step.
    expect(values[i]).toBeCloseTo(value, 5);
  });
};

// torch 2.15.0: p = torch.tensor([1., -2., .5]); torch.optim.Adam([p], .1) or AdamW([p], .1, weight_decay=.1);
// p.grad = [.5, -1., 0.], then [-.25, .5, 2.]
test('Adam gives what PyTorch gives', async () => {
  const optimizer = make();
  apply(optimizer, [0.5, -1, 0]);
  await close(weight, TORCH_ADAM[0]!);
  apply(optimizer, [-0.25, 0.5, 2]);
  await close(weight, TORCH_ADAM[1]!);
});

test('AdamW gives what PyTorch gives', async () => {
  const optimizer = make({ use: 'adamw', weightDecay: 0.1 });
  apply(optimizer, [0.5, -1, 0]);
  await close(weight, TORCH_ADAMW[0]!);
  apply(optimizer, [-0.25, 0.5, 2]);
  await close(weight, TORCH_ADAMW[1]!);
});

test('the scale multiplies the gradients: moments after one step are (1 - beta) g and (1 - beta) g^2', async () => {
  const optimizer = make();
  apply(optimizer, [1, 2, -4], 0.1, 0.5);
  await close(optimizer.state['w/m']!, [0.05, 0.1, -0.2]);
  await close(optimizer.state['w/v']!, [0.00025, 0.001, 0.004]);
  await close(optimizer.state['power1']!, [0.9]);
  await close(optimizer.state['power2']!, [0.999]);
});

test('scale 0 changes nothing, bit for bit, even when the gradients are NaN', async () => {
  const optimizer = make({}, 0.5);
  apply(optimizer, [1, 2, 3]);
  const everything = () =>
    Promise.all([weight, ...Object.values(optimizer.state), ...Object.values(optimizer.average!)].map((v) => v.data()));
  const before = await everything();
  apply(optimizer, [Number.NaN, Number.POSITIVE_INFINITY, 1], 0.1, 0);
  expect(await everything()).toEqual(before);
});

test('the average moves after the weights: a <- decay a + (1 - decay) w', async () => {
  const optimizer = make({}, 0.75);
  await close(optimizer.average!['w']!, [1, -2, 0.5]);
  apply(optimizer, [1, -1, 0]);
  // The first step of Adam is the learning rate times the gradient's sign.
  await close(weight, [0.9, -1.9, 0.5]);
  await close(optimizer.average!['w']!, [0.75 + 0.25 * 0.9, -1.5 - 0.25 * 1.9, 0.5]);
});

test('weights and state assigned from outside are adopted, so a restored run is bit-equal', async () => {
  const unbroken = make();
  apply(unbroken, [0.3, -0.2, 0.9]);
  const saved = await weight.data();
  const state = Object.fromEntries(
    await Promise.all(Object.entries(unbroken.state).map(async ([key, v]) => [key, await v.data()] as const)),
  );
  apply(unbroken, [-0.1, 0.7, 0.2]);
  const expected = await weight.data();

  const restoredWeight = tf.variable(tf.zeros([3]));
  const restored = provider.optimizer!({ use: 'adam', learningRate: 0.1 }, { w: restoredWeight }, 0);
  restoredWeight.assign(tf.tensor1d(saved as Float32Array));
  for (const [key, variable] of Object.entries(restored.state)) variable.assign(tf.tensor(state[key]!, variable.shape));
  apply(restored, [-0.1, 0.7, 0.2]);
  expect(await restoredWeight.data()).toEqual(expected);
});

test('a clone of a weight and a kept gradient do not change with the next step', async () => {
  const optimizer = make();
  apply(optimizer, [1, 1, 1]);
  const snapshot = weight.clone();
  const before = [...(await snapshot.data())];
  const gradient = tf.mul(tf.tensor1d([3, 4, 5]), 1);
  const scale = tf.scalar(1);
  optimizer.apply({ w: gradient }, { learningRate: 0.1, scale });
  apply(optimizer, [9, 9, 9]);
  expect([...(await snapshot.data())]).toEqual(before);
  expect([...(await gradient.data())]).toEqual([3, 4, 5]);
  expect([...(await weight.data())]).not.toEqual(before);
});

test('one gradient for two weights, a gradient that is a constant, and a weight without one', async () => {
  const [a, b, c] = [1, 2, 3].map((value) => tf.variable(tf.fill([2], value))) as [
    tf.Variable,
    tf.Variable,
    tf.Variable,
  ];
  const optimizer = provider.optimizer!({ use: 'adam', learningRate: 0.1 }, { a, b, c }, 0);
  tf.tidy(() => {
    const shared = tf.square(tf.tensor1d([1, 2]));
    optimizer.apply({ a: shared, b: shared }, { learningRate: 0.1, scale: tf.scalar(1) });
    optimizer.apply({ a: tf.ones([2]) }, { learningRate: 0.1, scale: tf.scalar(1) });
  });
  await close(b, [1.9, 1.9]);
  await close(c, [3, 3]);
  expect((await a.data())[0]).toBeLessThan(0.9);
});

test('nothing is left behind', () => {
  const before = tf.memory().numTensors;
  const optimizer = make({}, 0.9);
  apply(optimizer, [1, 2, 3]);
  optimizer.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

const TORCH_ADAM = [
  [0.9, -1.9, 0.5],
  [0.8733664, -1.8733662, 0.4255863],
];
const TORCH_ADAMW = [
  [0.89, -1.88, 0.495],
  [0.8544664, -1.8345662, 0.4156363],
];
