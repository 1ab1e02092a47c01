import { fakeContext, fakeStep } from '@fsae/core/testing';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { loss } from '../src/loss.js';

await tf.setBackend('cpu');

// The kit cannot know whether the formula is the right one: a number from outside can.
test('an error of 0.3 everywhere at epsilon 0.4 costs sqrt(0.09 + 0.16) - 0.4 = 0.1', async () => {
  const step = fakeStep();
  for (const identity of step.identities) {
    step.leaves[`reconstruction/${identity}`]?.assign(tf.add(step.target(identity), 0.3));
  }
  const { value } = loss.create({ epsilon: 0.4 }, fakeContext()).compute(step);
  expect((await value.data())[0]).toBeCloseTo(0.1, 6);
});
