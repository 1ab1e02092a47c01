import '@tensorflow/tfjs-backend-wasm';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fakeContext } from '@fsae/core/testing';
import * as tf from '@tensorflow/tfjs';
import sharp from 'sharp';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import plugin from '../src/index.js';
import { lpips, perceptualDistance } from '../src/lpips.js';
import { options } from '../src/options.js';
import { readWeights } from '../src/weights.js';
import { torchRand } from './mersenne-twister.js';

await tf.setBackend('wasm');

const weights = await readWeights({ net: 'squeeze' }, '');

async function picture(name: string): Promise<tf.Tensor4D> {
  const file = fileURLToPath(new URL(`fixtures/${name}.png`, import.meta.url));
  const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return tf.tensor4d(
    Float32Array.from(data, (byte) => byte / 255),
    [1, info.height, info.width, 3],
  );
}

const distance = async (x: tf.Tensor4D, y: tf.Tensor4D) => [
  ...(await perceptualDistance('squeeze', weights, x, y).data()),
];

test("the example pictures of the paper's repository have the distances of its network", async () => {
  // lpips.LPIPS(net='squeeze', version='0.1') in PyTorch.
  const reference = await picture('ex_ref');
  expect((await distance(reference, await picture('ex_p0')))[0]).toBeCloseTo(0.711, 3);
  expect((await distance(reference, await picture('ex_p1')))[0]).toBeCloseTo(0.1479, 3);
});

test("noise has the distance that torchmetrics' documentation prints", async () => {
  // torch.manual_seed(123); two times torch.rand(10, 3, 100, 100) * 2 - 1; net_type='squeeze': tensor(0.1008)
  const pixels = torchRand(123, 2 * 10 * 3 * 100 * 100);
  expect([...pixels.slice(0, 3)].map((x) => x.toFixed(4))).toEqual(['0.2961', '0.5166', '0.2517']);
  const [x, y] = tf.split(tf.transpose(tf.tensor4d(pixels, [20, 3, 100, 100]), [0, 2, 3, 1]), 2, 0) as [
    tf.Tensor4D,
    tf.Tensor4D,
  ];
  const values = await distance(x, y);
  expect(values).toHaveLength(10);
  expect(values.reduce((sum, value) => sum + value / 10, 0)).toBeCloseTo(0.1008, 4);
});

test('the gradient of equal pictures is finite', async () => {
  const reference = await picture('ex_ref');
  const gradient = tf.grad((x) => tf.sum(perceptualDistance('squeeze', weights, x as tf.Tensor4D, reference)))(
    reference,
  );
  const slopes = await gradient.data();
  expect(slopes.every(Number.isFinite)).toBe(true);
});

test('black pictures, where features may all be 0, have a finite gradient', async () => {
  const black = tf.zeros<tf.Rank.R4>([1, 32, 32, 3]);
  const white = tf.ones<tf.Rank.R4>([1, 32, 32, 3]);
  const gradient = tf.grad((x) => tf.sum(perceptualDistance('squeeze', weights, x as tf.Tensor4D, white)))(black);
  expect((await gradient.data()).every(Number.isFinite)).toBe(true);
});

test('the network is frozen: nothing to train, nothing in a checkpoint', async () => {
  const loss = lpips.create({ net: 'squeeze' }, fakeContext({ size: 32 }));
  await loss.prepare?.();
  expect(loss.weights).toBeUndefined();
  loss.dispose?.();
});

test('every layer takes part: the smallest picture that is allowed has a finite distance', async () => {
  const noise = tf.tensor4d(torchRand(1, 2 * 17 * 17 * 3), [2, 17, 17, 3]);
  const [x, y] = tf.split(noise, 2, 0) as [tf.Tensor4D, tf.Tensor4D];
  expect((await distance(x, y))[0]).toBeGreaterThan(0.01);
  expect(() => lpips.create({ net: 'squeeze' }, fakeContext({ size: 17 }))).not.toThrow();
  expect(() => lpips.create({ net: 'squeeze' }, fakeContext({ size: 16 }))).toThrow(
    expect.objectContaining({ code: 'FSAE_LPIPS_PICTURE_TOO_SMALL' }),
  );
});

test('AlexNet is asked for with its weights', () => {
  expect(v.safeParse(options, { net: 'alex' }).issues?.[0]?.message).toMatch(/Expected the manifest/);
  expect(v.parse(options, { net: 'alex', weights: 'models/alex.json' }).net).toBe('alex');
});

test('damaged weights are refused', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fsae-lpips-'));
  const source = (file: string) => fileURLToPath(new URL(`../weights/squeeze.${file}`, import.meta.url));
  const [manifest, bytes] = [await readFile(source('json'), 'utf8'), await readFile(source('bin'))];
  const file = join(folder, 'squeeze.json');
  const refused = (received: RegExp) =>
    expect(readWeights({ net: 'squeeze', weights: 'squeeze.json' }, folder)).rejects.toThrow(
      expect.objectContaining({ code: 'FSAE_LPIPS_WEIGHTS', message: expect.stringMatching(received) }),
    );

  await refused(/ENOENT/);
  await writeFile(file, manifest);
  await writeFile(join(folder, 'squeeze.bin'), bytes.with(1000, bytes[1000]! ^ 1));
  await refused(/are damaged[\s\S]*SHA-256/);
  await writeFile(file, manifest.replace(/"sha256".*\n/, ''));
  await writeFile(join(folder, 'squeeze.bin'), bytes.subarray(0, 5000));
  const before = tf.memory().numTensors;
  await refused(/are incomplete/);
  expect(tf.memory().numTensors).toBe(before);
  await rm(folder, { recursive: true });
});

test('the plugin names its loss and the API it was built for', () => {
  expect(plugin).toMatchObject({ name: '@fsae/loss-lpips', api: 1 });
  expect(Object.keys(plugin.losses)).toEqual(['lpips']);
});
