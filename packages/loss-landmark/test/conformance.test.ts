import '@tensorflow/tfjs-backend-wasm';
import { lossConformance } from '@fsae/core/testing';
import * as tf from '@tensorflow/tfjs';
import { afterAll, describe, test } from 'vitest';
import { landmark, landmarkBy } from '../src/landmark.js';
import type { LandmarkNetwork } from '../src/network.js';

await tf.setBackend('wasm');

const SIDE = 12;

/** A smooth network of seeded weights that crops as the real ones do: faces -> tanh -> points around the middle. */
const kernel = tf.randomNormal([SIDE * SIDE * 3, 136], 0, 0.05, 'float32', 1);
const smooth: LandmarkNetwork = {
  side: SIDE,
  frame: [
    [0.3, 0.4],
    [0.7, 0.4],
    [0.5, 0.6],
    [0.35, 0.8],
    [0.65, 0.8],
  ],
  locate(faces) {
    const product = tf.matMul(tf.reshape(faces, [faces.shape[0], -1]), kernel as tf.Tensor2D);
    return tf.add(tf.mul(tf.reshape(tf.tanh(product), [-1, 68, 2]), 0.4), 0.5);
  },
  dispose() {},
};
afterAll(() => kernel.dispose());

const definition = landmarkBy(async () => smooth);
const model = 'smooth';

describe.each([
  { title: 'against ground truth', options: { model }, kit: {} },
  {
    title: 'against the target',
    options: { model, groundTruth: false },
    kit: { zeroWhen: 'reconstruction-equals-target' },
  },
  { title: 'of reconstruction and swap', options: { model, swap: true, groups: { contour: 1 } }, kit: {} },
  { title: 'of the swap', options: { model, swap: true, groundTruth: false }, kit: { reaches: 'swap' } },
] as const)('$title', ({ options, kit }) => {
  for (const { name, run } of lossConformance('landmark', definition, { ...kit, options })) test(name, run);
});

describe('with the network for avatars', () => {
  // ReLUs have kinks: differences follow the gradient less closely than in a smooth loss.
  const conformance = { options: { model: 'avatars', groundTruth: false }, size: 32, tolerance: 0.05 };
  for (const { name, run } of lossConformance('landmark', landmark, conformance)) test(name, run);
});
