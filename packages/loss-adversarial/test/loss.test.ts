import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  accuracy,
  crossEntropy,
  gradientPenalty,
  identityBits,
  rampUp,
  reversal,
  toward,
  uniformDivergence,
} from '../src/loss.js';

beforeAll(() => tf.setBackend('cpu'));

const ln = Math.log;
const value = (scalar: tf.Scalar) => scalar.dataSync()[0] as number;
/** Logits whose softmax is the given probabilities: [batch, places, N]. */
const probabilities = (p: number[][][]) => tf.log(tf.tensor3d(p)) as tf.Tensor3D;
const label = (...values: number[]) => tf.tensor1d(values, 'int32');

describe('two people, one place, p = (3/4, 1/4) and (1/2, 1/2)', () => {
  const logits = () => probabilities([[[0.75, 0.25]], [[0.5, 0.5]]]);

  test('cross-entropy: mean of -log p(label)', () => {
    expect(value(crossEntropy(logits(), label(0, 1)))).toBeCloseTo((ln(4 / 3) + ln(2)) / 2, 6);
    expect(value(crossEntropy(logits(), label(1, 1)))).toBeCloseTo((ln(4) + ln(2)) / 2, 6);
  });

  test('uniform: half of log(4/3) + log 4, minus log 2, and 0 for the undecided place', () => {
    const first = (ln(4 / 3) + ln(4)) / 2 - ln(2); // 0.143841...
    expect(value(uniformDivergence(logits()))).toBeCloseTo(first / 2, 6);
    expect(first).toBeCloseTo(0.143841, 6);
  });

  test('the article sums -log p(src) - log p(dst): twice ours plus 2 log 2', () => {
    const article = -ln(0.75) - ln(0.25);
    expect(value(uniformDivergence(probabilities([[[0.75, 0.25]]])))).toBeCloseTo(article / 2 - ln(2), 6);
  });

  test('reversal: log 2 - CE', () => {
    expect(value(reversal(logits(), label(0, 1)))).toBeCloseTo(ln(2) - (ln(4 / 3) + ln(2)) / 2, 6);
  });

  test('accuracy: the share of right guesses', () => {
    const sure = probabilities([[[0.75, 0.25]], [[0.4, 0.6]], [[0.9, 0.1]], [[0.2, 0.8]]]);
    expect(value(accuracy(sure, label(0, 0, 1, 1)))).toBe(0.5);
    expect(value(accuracy(sure, label(0, 1, 0, 1)))).toBe(1);
  });
});

describe('three people, two places', () => {
  // Face 0: (1/2, 1/4, 1/4) and (1/8, 1/8, 3/4); face 1: (1/3, 1/3, 1/3) twice; face 2: (1/4, 1/4, 1/2) twice.
  const third = [1 / 3, 1 / 3, 1 / 3];
  const last = [0.25, 0.25, 0.5];
  const logits = () =>
    probabilities([
      [
        [0.5, 0.25, 0.25],
        [0.125, 0.125, 0.75],
      ],
      [third, third],
      [last, last],
    ]);

  test('cross-entropy averages over places and faces', () => {
    const expected = (ln(2) + ln(8) + 2 * ln(3) + 2 * ln(2)) / 6;
    expect(value(crossEntropy(logits(), label(0, 1, 2)))).toBeCloseTo(expected, 6);
  });

  test('uniform: mean over identities of -log p, minus log 3', () => {
    const place = (...p: number[]) => -(ln(p[0] ?? 1) + ln(p[1] ?? 1) + ln(p[2] ?? 1)) / 3 - ln(3);
    const expected = (place(0.5, 0.25, 0.25) + place(0.125, 0.125, 0.75) + 2 * place(...last)) / 6;
    expect(value(uniformDivergence(logits()))).toBeCloseTo(expected, 6);
  });

  test('toward 2: cross-entropy against person 2 over the faces of the others', () => {
    const expected = (ln(4) + ln(4 / 3) + 2 * ln(3)) / 4;
    expect(value(toward(logits(), label(0, 1, 2), 2))).toBeCloseTo(expected, 6);
  });

  test('toward gives no gradient to the faces of its own identity', () => {
    const gradient = tf.grad((x) => toward(x as tf.Tensor3D, label(0, 1, 2), 2))(logits());
    const perFace = tf.sum(tf.abs(gradient), [1, 2]).dataSync();
    expect(perFace[0]).toBeGreaterThan(0.1);
    expect(perFace[1]).toBeGreaterThan(0.1);
    expect(perFace[2]).toBe(0);
  });

  test('toward is 0 when the batch holds nobody else', () => {
    expect(value(toward(logits(), label(2, 2, 2), 2))).toBe(0);
  });

  test('reversal: log 3 - CE', () => {
    const expected = ln(3) - (ln(2) + ln(8) + 2 * ln(3) + 2 * ln(2)) / 6;
    expect(value(reversal(logits(), label(0, 1, 2)))).toBeCloseTo(expected, 6);
  });
});

test.each([2, 3, 8])('at perfect confusion of %i people uniform and reversal are 0', (people) => {
  const logits = tf.fill([people, 4, people], 3.7) as tf.Tensor3D;
  const label = tf.range(0, people, 1, 'int32');
  expect(value(uniformDivergence(logits))).toBeCloseTo(0, 6);
  expect(value(reversal(logits, label))).toBeCloseTo(0, 6);
  expect(value(crossEntropy(logits, label))).toBeCloseTo(ln(people), 6);
});

test('a discriminator that is sure by 1000 logits leaves every value finite', () => {
  const logits = tf.tensor3d([[[1000, 0]], [[1000, 0]]]);
  expect(value(crossEntropy(logits, label(0, 1)))).toBeCloseTo(500, 3);
  expect(value(uniformDivergence(logits))).toBeCloseTo(500 - ln(2), 3);
  const gradient = tf.grad((x) => uniformDivergence(x as tf.Tensor3D))(logits);
  expect(Array.from(gradient.dataSync())).toEqual([0.25, -0.25, 0.25, -0.25]);
});

test('bits: log2 N minus the cross-entropy in bits, never below 0', () => {
  expect(value(identityBits(tf.scalar(0), 8))).toBeCloseTo(3, 6);
  expect(value(identityBits(tf.scalar(ln(2)), 8))).toBeCloseTo(2, 6);
  expect(value(identityBits(tf.scalar(ln(8)), 8))).toBeCloseTo(0, 6);
  expect(value(identityBits(tf.scalar(5), 8))).toBe(0);
});

describe('R1', () => {
  const weight = () => tf.tensor2d([0.5, -1, 2, 0, 1, 3], [3, 2]);
  const linear = (z: tf.Tensor4D) =>
    tf.reshape(tf.matMul(tf.reshape(z, [-1, 3]) as tf.Tensor2D, weight()), [-1, 1, 2]) as tf.Tensor3D;

  test('of a linear two-class discriminator is |w0 - w1|^2, whatever the latents', () => {
    // w0 - w1 = (0.5 + 1, 2 - 0, 1 - 3): 2.25 + 4 + 4.
    const z = tf.tensor4d([0.3, -2, 1, 5, 0.1, 0.2], [2, 1, 1, 3]);
    expect(value(gradientPenalty(linear, z, label(0, 1)))).toBeCloseTo(10.25, 5);
  });

  test('does not change when a function of z is added to all logits', () => {
    const z = tf.tensor4d([0.3, -2, 1, 5, 0.1, 0.2], [2, 1, 1, 3]);
    const shifted = (x: tf.Tensor4D) =>
      tf.add(linear(x), tf.reshape(tf.sum(tf.square(x), [1, 2, 3]), [-1, 1, 1])) as tf.Tensor3D;
    expect(value(gradientPenalty(shifted, z, label(0, 1)))).toBeCloseTo(10.25, 4);
  });

  test('averages log odds over places: two independent places halve each gradient', () => {
    const places = (z: tf.Tensor4D) =>
      tf.reshape(tf.matMul(tf.reshape(z, [-1, 3]) as tf.Tensor2D, weight()), [-1, 2, 2]) as tf.Tensor3D;
    const z = tf.randomNormal([4, 2, 1, 3], 0, 1, 'float32', 3) as tf.Tensor4D;
    expect(value(gradientPenalty(places, z, label(0, 0, 1, 1)))).toBeCloseTo(2 * (10.25 / 4), 4);
  });

  test('stays finite for log odds of 2000', () => {
    const z = tf.fill([2, 1, 1, 3], 1000) as tf.Tensor4D;
    expect(value(gradientPenalty(linear, z, label(0, 1)))).toBeCloseTo(10.25, 3);
  });
});

describe('ramp', () => {
  test('linear: 0 at step 1, half at 101, full from 201 on', () => {
    const at = [1, 51, 101, 201, 5000].map((index) => rampUp(index, 200, 'linear'));
    expect(at).toEqual([0, 0.25, 0.5, 1, 1]);
  });

  test('sigmoid: Ganin & Lempitsky with gamma = 10, 0.986614 at half of the warm-up', () => {
    expect(rampUp(1, 200, 'sigmoid')).toBe(0);
    expect(rampUp(21, 200, 'sigmoid')).toBeCloseTo(0.46211716, 7); // tanh(1 / 2)
    expect(rampUp(101, 200, 'sigmoid')).toBeCloseTo(0.9866143, 7); // tanh(5 / 2)
    expect(rampUp(900, 200, 'sigmoid')).toBeCloseTo(0.9999092, 7); // tanh(5)
  });

  test('no warm-up: full at step 1', () => {
    expect(rampUp(1, 0, 'linear')).toBe(1);
    expect(rampUp(1, 0, 'sigmoid')).toBeCloseTo(0.9999092, 7);
  });
});
