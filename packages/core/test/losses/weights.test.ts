import type { Scalar } from '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { CONSTRAINT_MAX, CONSTRAINT_RATE, createWeight } from '../../src/losses/weights.js';

await tf.setBackend('cpu');

const factor = async (value: number | Scalar) => (typeof value === 'number' ? value : (await value.data())[0]!);

test('a number is that number at every step', () => {
  const weight = createWeight(0.3, 'l1');
  expect([1, 2, 1000].map((index) => weight.value(index))).toEqual([0.3, 0.3, 0.3]);
  expect(weight.weights).toBeUndefined();
});

test('a schedule goes linearly from its first value to its last', () => {
  const weight = createWeight({ from: 1, to: 3, steps: 4 }, 'l1');
  expect([1, 2, 3, 4, 5, 6, 100].map((index) => weight.value(index))).toEqual([1, 1.5, 2, 2.5, 3, 3, 3]);
});

test('a constraint moves its multiplier by rate * violation, between 0 and max', async () => {
  const weight = createWeight({ atMost: 0.5, of: 'identityBits', rate: 0.5, max: 1 }, 'adversarial');
  expect(weight.of).toBe('identityBits');
  const after: number[] = [];
  for (const bits of [0.9, 0.9, 0.3, 0.1, 0.1, 5, 5]) {
    const constrained = tf.scalar(bits);
    weight.update!(constrained);
    constrained.dispose();
    after.push(await factor(weight.value(1)));
  }
  const expected = [0.2, 0.4, 0.3, 0.1, 0, 1, 1];
  expected.forEach((multiplier, i) => {
    expect(after[i]).toBeCloseTo(multiplier, 6);
  });
});

test('a constraint without rate and max uses the documented ones', async () => {
  const weight = createWeight({ atMost: 0 }, 'kl');
  weight.update!(tf.scalar(1));
  expect(await factor(weight.value(1))).toBeCloseTo(CONSTRAINT_RATE, 8);
  weight.update!(tf.scalar(1e9));
  expect(await factor(weight.value(1))).toBe(CONSTRAINT_MAX);
});

test('a value that is not finite does not stay in the multiplier', async () => {
  const weight = createWeight({ atMost: 0, rate: 1 }, 'kl');
  weight.update!(tf.scalar(2));
  weight.update!(tf.scalar(Number.NaN));
  weight.update!(tf.scalar(Number.POSITIVE_INFINITY));
  expect(await factor(weight.value(1))).toBe(2);
});

test('the multiplier holds a bound that gradient descent alone does not see', async () => {
  // Minimise (x - 1)^2 subject to x^2 <= 0.25: x = 0.5 with multiplier (1 - x) / x = 1.
  const x = tf.variable(tf.scalar(1));
  const weight = createWeight({ atMost: 0.25, rate: 0.5 }, 'square');
  for (let index = 1; index <= 400; index++) {
    const constrained = tf.keep(tf.square(x)) as Scalar;
    const { value, grads } = tf.variableGrads(
      () => tf.add(tf.square(tf.sub(x, 1)), tf.mul(tf.square(x), weight.value(index))) as Scalar,
      [x],
    );
    tf.tidy(() => x.assign(tf.sub(x, tf.mul(grads[x.name]!, 0.1))));
    weight.update!(constrained);
    tf.dispose([constrained, value, grads]);
  }
  expect((await x.data())[0]).toBeCloseTo(0.5, 3);
  expect(await factor(weight.value(1))).toBeCloseTo(1, 2);
});

test('a constraint goes on from its saved multiplier bit for bit, and leaves no tensors', async () => {
  const before = tf.memory().numTensors;
  const run = (weight: ReturnType<typeof createWeight>, values: number[]) => {
    for (const value of values) tf.tidy(() => weight.update!(tf.scalar(value)));
  };
  const unbroken = createWeight({ atMost: 0.1 }, 'kl');
  run(unbroken, [0.7, 0.31, 0.55, 0.123]);
  const first = createWeight({ atMost: 0.1 }, 'kl');
  run(first, [0.7, 0.31]);
  const resumed = createWeight({ atMost: 0.1 }, 'kl');
  resumed.weights!['multiplier']!.assign(first.weights!['multiplier']!);
  run(resumed, [0.55, 0.123]);
  expect(await factor(resumed.value(5))).toBe(await factor(unbroken.value(5)));
  const logged = resumed.log!();
  expect(Object.keys(logged)).toEqual(['kl/multiplier']);
  tf.dispose(logged);
  for (const weight of [unbroken, first, resumed]) weight.dispose!();
  expect(tf.memory().numTensors).toBe(before);
});
