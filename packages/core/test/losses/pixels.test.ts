import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import type { TrainingStep } from '../../src/contracts/index.js';
import { l1 } from '../../src/losses/l1.js';
import { mse } from '../../src/losses/mse.js';
import { fakeContext, fakeStep } from '../../src/testing/index.js';

await tf.setBackend('cpu');

type Picture = [number, number, number, number];

/** Two identities with two faces of 1x2 pixels and three channels each; `differences` holds target - reconstruction. */
function stepOf(differences: Record<string, number[]>, masks: Record<string, number[]> = {}): TrainingStep {
  const shape: Picture = [2, 1, 2, 3];
  return {
    ...fakeStep(),
    target: (identity) => tf.tensor4d(differences[identity]!, shape),
    reconstruction: () => ({ image: tf.zeros<tf.Rank.R4>(shape) }),
    mask: (identity) => tf.tensor4d(masks[identity]!, [2, 1, 2, 1]),
  };
}

const differences = {
  src: [0.1, -0.2, 0.3, 0, 0, 0, 0, 0, 0, 0.5, 0.5, -0.5],
  dst: [0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0, 0, 0, 0, 0, 0],
};

async function lossOf(loss: typeof l1 | typeof mse, step: TrainingStep, mask = false): Promise<number> {
  return (await loss.create({ mask }, fakeContext()).compute(step).value.data())[0]!;
}

test('l1: the mean over pictures, then over identities', async () => {
  // src: (0.6 / 6 + 1.5 / 6) / 2 = 0.175; dst: (0.2 + 0) / 2 = 0.1
  expect(await lossOf(l1, stepOf(differences))).toBeCloseTo(0.1375, 6);
});

test('mse: the mean over pictures, then over identities', async () => {
  // src: (0.14 / 6 + 0.75 / 6) / 2; dst: (0.04 + 0) / 2
  expect(await lossOf(mse, stepOf(differences))).toBeCloseTo((0.89 / 12 + 0.02) / 2, 6);
});

test('a mask: the sum over what it covers, divided by its area', async () => {
  const masks = { src: [1, 0, 0, 0.5], dst: [1, 1, 0, 0] };
  const step = stepOf(differences, masks);
  // src: 0.6 / 3 / 1 and 0.5 * 0.5 / 0.5; dst: 0.2 and an empty mask
  expect(await lossOf(l1, step, true)).toBeCloseTo((0.35 + 0.1) / 2, 6);
  expect(await lossOf(mse, step, true)).toBeCloseTo(((0.14 / 3 + 0.25) / 2 + 0.02) / 2, 6);
});
