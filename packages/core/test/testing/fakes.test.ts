import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { type FakeStepOptions, fakeContext, fakeDataset, fakeStep } from '../../src/testing/index.js';

await tf.setBackend('cpu');

const values = async (options: FakeStepOptions, path: string) => {
  const step = fakeStep(options);
  const data = [...(await step.leaves[path]!.data())];
  step.dispose();
  return data;
};

test('a fake step is a function of its seed', async () => {
  const path = 'reconstruction/dst';
  expect(await values({ seed: 3 }, path)).toEqual(await values({ seed: 3 }, path));
  expect(await values({ seed: 3 }, path)).not.toEqual(await values({ seed: 4 }, path));
});

test('an order permutes whole samples', async () => {
  const straight = await values({ batch: 3 }, 'latent/src');
  const turned = await values({ batch: 3, order: [2, 0, 1] }, 'latent/src');
  const rows = [0, 1, 2].map((row) => straight.slice((row * straight.length) / 3, ((row + 1) * straight.length) / 3));
  expect(turned).toEqual([...rows[2]!, ...rows[0]!, ...rows[1]!]);
});

test('a fake step gives what a loss needs and nothing else', () => {
  const bare = fakeStep();
  expect(bare.mask('src')).toBeUndefined();
  expect(bare.landmarks('src')).toBeUndefined();
  expect(bare.latent('src').posterior).toBeUndefined();
  const full = fakeStep({ needs: ['mask', 'landmarks', 'posterior'], batch: 3, size: 20, latentShape: [2, 2, 5] });
  expect(full.mask('src')?.shape).toEqual([3, 20, 20, 1]);
  expect(full.landmarks('src')?.shape).toEqual([3, 68, 2]);
  expect(full.latent('src').posterior?.logVariance.shape).toEqual([3, 2, 2, 5]);
  expect(full.latents().z.shape).toEqual([6, 2, 2, 5]);
  expect([...full.latents().label.dataSync()]).toEqual([0, 0, 0, 1, 1, 1]);
  expect(() => full.target('nobody')).toThrow(/no identity nobody/);
});

test('the swaps of three identities are a rotation', () => {
  const identities = ['ada', 'ben', 'cleo'];
  expect(fakeStep({ identities }).swaps).toEqual([
    { from: 'ada', to: 'ben' },
    { from: 'ben', to: 'cleo' },
    { from: 'cleo', to: 'ada' },
  ]);
});

test('what a step gives dies with the scope, and the step with dispose', () => {
  const before = tf.memory().numTensors;
  const step = fakeStep({ needs: ['posterior'] });
  const made = tf.memory().numTensors;
  tf.tidy(() => {
    step.latents();
    step.latent('src');
    step.swap('src', 'dst');
    step.reconstruction('src');
  });
  expect(tf.memory().numTensors).toBe(made);
  expect(step.intact()).toBe(true);
  step.dispose();
  expect(step.intact()).toBe(false);
  expect(tf.memory().numTensors).toBe(before);
});

test('a fake dataset has faces of every size with masks and landmarks', async () => {
  const dataset = fakeDataset('ada');
  const [first, second] = dataset.faces();
  const face = await dataset.load(first!, 24);
  expect(face.image).toHaveLength(24 * 24 * 3);
  expect(face.mask).toHaveLength(24 * 24);
  expect(face.landmarks).toHaveLength(136);
  expect(await dataset.load(first!, 24)).toEqual(face);
  expect((await dataset.load(second!, 24)).image).not.toEqual(face.image);
  expect(Math.max(...face.mask!)).toBe(255);
  expect(Math.min(...face.mask!)).toBe(0);
});

test("a fake context reads an identity's training faces in batches", async () => {
  const shapes: number[][] = [];
  for await (const faces of fakeContext({ size: 12 }).faces('src')) {
    shapes.push(faces.shape);
    faces.dispose();
  }
  expect(shapes).toEqual([
    [4, 12, 12, 3],
    [4, 12, 12, 3],
  ]);
});
