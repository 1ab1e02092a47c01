import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { createReferee, type Referee } from '../src/referee.js';
import { context } from './scenes.js';

beforeAll(() => tf.setBackend('cpu'));

const create = () => createReferee([1, 1, 2], 2, context(['ada', 'ben'], [1, 1, 2]).variable);
const batch = (...rows: number[][]) => tf.tensor4d(rows.flat(), [rows.length, 1, 1, 2]);
const values = (referee: Referee, name: string) =>
  Array.from((referee.weights[`referee/${name}`] as tf.Tensor).dataSync(), (x) => Math.round(x * 1e5) / 1e5);

test('the first batch sets the moments, the second makes them the average of both', () => {
  const referee = create();
  referee.follow(batch([1, 10], [3, 10]));
  expect(values(referee, 'mean')).toEqual([2, 10]);
  expect(values(referee, 'variance')).toEqual([1, 0]);
  // Means 6 and 14: the average is (2 + 6) / 2 and (10 + 14) / 2; squared distances from it are 4 + 4 and 4 + 4 (halved).
  referee.follow(batch([6, 14], [6, 14]));
  expect(values(referee, 'mean')).toEqual([4, 12]);
  expect(values(referee, 'variance')).toEqual([(1 + 4) / 2, (0 + 4) / 2]);
  expect(values(referee, 'updates')).toEqual([2]);
});

test('after fifty batches each new one counts 2 %', () => {
  const referee = create();
  for (let i = 0; i < 50; i++) referee.follow(batch([0, 0], [0, 0]));
  referee.follow(batch([10, 0], [10, 0]));
  expect(values(referee, 'mean')).toEqual([0.2, 0]);
  expect(values(referee, 'variance')).toEqual([Math.round(0.02 * 9.8 ** 2 * 1e5) / 1e5, 0]);
});

test('logits do not depend on the unit or the origin of an element', () => {
  const one = create();
  const other = create();
  const scaled = (z: tf.Tensor4D) => tf.add(tf.mul(z, [1000, 0.01]), [-7, 3]) as tf.Tensor4D;
  const z = batch([1, 2], [3, -1], [0, 5]);
  one.follow(z);
  other.follow(scaled(z));
  const expected = one.logits(z).dataSync();
  const received = other.logits(scaled(z)).dataSync();
  expected.forEach((logit, i) => {
    expect(received[i]).toBeCloseTo(logit, 3);
  });
});

test('a batch that is not finite leaves the moments as they were', () => {
  const referee = create();
  referee.follow(batch([1, 10], [3, 10]));
  referee.follow(batch([Number.NaN, 10], [3, 10]));
  referee.follow(batch([1, Number.POSITIVE_INFINITY], [3, 10]));
  expect(values(referee, 'mean')).toEqual([2, 10]);
  expect(values(referee, 'variance')).toEqual([1, 0]);
  expect(values(referee, 'updates')).toEqual([1]);
});

test('no tensor is left over', () => {
  const referee = create();
  const z = batch([1, 2], [3, 4]);
  referee.follow(z);
  const before = tf.memory().numTensors;
  for (let i = 0; i < 5; i++) referee.follow(z);
  expect(tf.memory().numTensors).toBe(before);
});
