import { readdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { LossContext, LossTerms } from '@fsae/core';
import { fakeContext, fakeStep } from '@fsae/core/testing';
import * as tf from '@tensorflow/tfjs';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { arcface } from '../src/arcface.js';
import plugin from '../src/index.js';
import { type ArcfaceOptions, options } from '../src/options.js';
import { folderOfTest, writeNetwork, writePixels, writeSmooth } from './tiny-network.js';

await tf.setBackend('cpu');

type Colour = readonly [number, number, number];

const flat = (colour: Colour, batch = 1): tf.Tensor4D =>
  tf.tile(tf.tensor4d([...colour], [1, 1, 1, 3]), [batch, 8, 8, 1]);

async function valuesOf({ value, logged = {} }: LossTerms): Promise<Record<string, number>> {
  const entries = await Promise.all(
    Object.entries({ value, ...logged }).map(async ([name, scalar]) => [name, (await scalar.data())[0] as number]),
  );
  return Object.fromEntries(entries);
}

/** A step whose pictures are flat colours: the pixels' own cosine is that of the colours. */
function colours(swaps: Readonly<Record<string, Colour>>, targets: Readonly<Record<string, Colour>>) {
  return {
    ...fakeStep({ size: 8, batch: 1 }),
    target: (identity: string) => flat(targets[identity]!),
    swap: (from: string, to: string) => ({ image: flat(swaps[`${from}/${to}`]!) }),
  };
}

async function withPixels<T>(
  given: Partial<ArcfaceOptions>,
  use: (loss: ReturnType<typeof arcface.create>) => Promise<T>,
  changed: Partial<LossContext> = {},
): Promise<T> {
  const folder = await folderOfTest();
  const model = await writePixels(folder, 8);
  const context = { ...fakeContext({ size: 8 }), cacheDir: folder, root: folder, ...changed };
  const loss = arcface.create(v.parse(options, { model: relative(folder, model), crop: 'whole', ...given }), context);
  await loss.prepare?.();
  try {
    return await use(loss);
  } finally {
    loss.dispose?.();
  }
}

const RED: Colour = [1, 0, 0];
const GREEN: Colour = [0, 1, 0];
const YELLOW: Colour = [1, 1, 0];

test('cosines worked out by hand', async () => {
  // src -> dst shows yellow: cos to dst's red 1/sqrt 2. dst -> src shows green, as src is: cos 1.
  const step = colours({ 'src/dst': YELLOW, 'dst/src': GREEN }, { src: GREEN, dst: RED });
  await withPixels({}, async (loss) => {
    const { value, ...logged } = await valuesOf(loss.compute(step));
    expect(value).toBeCloseTo(1 - (Math.SQRT1_2 + 1) / 2, 5);
    expect(logged['cosine-to']).toBeCloseTo((Math.SQRT1_2 + 1) / 2, 5);
    // To whose pose it is: yellow to green 1/sqrt 2, green to red 0.
    expect(logged['cosine-from']).toBeCloseTo(Math.SQRT1_2 / 2, 5);
  });
  await withPixels({ repel: true, margin: 0.2 }, async (loss) => {
    const { value } = await valuesOf(loss.compute(step));
    expect(value).toBeCloseTo(1 - (Math.SQRT1_2 + 1) / 2 + (Math.SQRT1_2 - 0.2) / 2, 5);
  });
});

test('a swap that shows nobody like the target costs 1, one that shows the opposite no more than 2', async () => {
  const step = colours({ 'src/dst': GREEN, 'dst/src': RED }, { src: GREEN, dst: RED });
  await withPixels({}, async (loss) => {
    expect(await valuesOf(loss.compute(step))).toEqual({ value: 1, 'cosine-to': 0, 'cosine-from': 1 });
  });
});

test("against centroids: the mean of the training faces' directions", async () => {
  // dst's faces are red, red and yellow: the mean of (1, 0) twice and (.7071, .7071) points to (2.7071, .7071).
  const faces: LossContext['faces'] = async function* (identity) {
    yield identity === 'dst' ? tf.concat([flat(RED, 2), flat(YELLOW)]) : flat(GREEN);
  };
  const step = colours({ 'src/dst': RED, 'dst/src': GREEN }, { src: RED, dst: GREEN });
  await withPixels(
    { against: 'centroid' },
    async (loss) => {
      const cosine = (2 + Math.SQRT1_2) / Math.hypot(2 + Math.SQRT1_2, Math.SQRT1_2);
      expect((await valuesOf(loss.compute(step)))['cosine-to']).toBeCloseTo((cosine + 1) / 2, 5);
    },
    { faces },
  );
});

test('centroids are computed once per faces and recogniser', async () => {
  const folder = await folderOfTest();
  const model = await writeSmooth(folder, 8);
  const prepare = async (context: LossContext, given = {}) => {
    const loss = arcface.create(v.parse(options, { model, against: 'centroid', ...given }), context);
    await loss.prepare?.();
    const step = fakeStep({ size: 16 });
    const values = await valuesOf(loss.compute(step));
    step.dispose();
    loss.dispose?.();
    return values;
  };
  const context = { ...fakeContext({ size: 16 }), cacheDir: folder };
  const kept = () => readdir(join(folder, 'centroids'));
  const first = await prepare(context);
  const files = await kept();
  expect(files).toHaveLength(2);
  expect(await prepare(context)).toEqual(first);
  expect(await kept()).toEqual(files);

  // What is kept is what is used: other numbers there, another loss.
  for (const file of files) await writeFile(join(folder, 'centroids', file), new Float32Array([1, 0, 0, 0, 0]));
  expect((await prepare(context)).value).not.toBeCloseTo(first['value']!, 3);

  await prepare(context, { crop: 'whole', input: { mean: 0, scale: 200, order: 'rgb' } });
  expect(await kept()).toHaveLength(4);
  const others = { ...context, faces: (identity: string) => context.faces(`${identity}-other`) };
  await prepare(others);
  expect(await kept()).toHaveLength(6);
});

test('a recogniser that tells nothing apart is refused', async () => {
  const folder = await folderOfTest();
  // What it sees is drowned by its bias.
  const model = await writeNetwork(
    folder,
    8,
    [
      { class_name: 'Flatten', config: { name: 'flatten' } },
      { class_name: 'Dense', config: { name: 'dense', units: 2, activation: 'linear', use_bias: true } },
    ],
    [
      { name: 'dense/kernel', shape: [192, 2], values: Array.from({ length: 384 }, (_, i) => 0.01 * Math.sin(i)) },
      { name: 'dense/bias', shape: [2], values: [10, 10] },
    ],
  );
  const before = tf.memory().numTensors;
  const loss = arcface.create(v.parse(options, { model }), fakeContext({ size: 8 }));
  await expect(loss.prepare?.()).rejects.toThrow(
    expect.objectContaining({ code: 'FSAE_ARCFACE_COLLAPSED', message: expect.stringContaining('1.0000 or more') }),
  );
  loss.dispose?.();
  expect(tf.memory().numTensors).toBe(before);
});

test('without a frame the whole picture is looked at, and that is said', async () => {
  const warnings: string[] = [];
  const context: Partial<LossContext> = {
    dataset: () => ({ provides: [], faces: () => [], load: () => Promise.reject(new Error('not asked for')) }),
    logger: { info: () => {}, warn: (message) => warnings.push(message) },
  };
  const folder = await folderOfTest();
  const model = await writePixels(folder, 8);
  const loss = arcface.create(v.parse(options, { model }), {
    ...fakeContext({ size: 8 }),
    ...context,
  });
  await loss.prepare?.();
  expect(warnings.map((warning) => /faces of "(\w+)"/.exec(warning)?.[1])).toEqual(['src', 'dst']);
  loss.dispose?.();
});

test('the recogniser is frozen: nothing to train, nothing in a checkpoint, no gradient for its weights', async () => {
  await withPixels({}, async (loss) => expect(loss.weights).toBeUndefined());
});

test('the gradient of repel stops at the margin', async () => {
  const step = colours({ 'src/dst': YELLOW, 'dst/src': YELLOW }, { src: GREEN, dst: RED });
  const slope = (margin: number) =>
    withPixels({ repel: true, margin }, async (loss) => {
      const gradient = tf.grad((image) => {
        const swap = (from: string) => ({ image: from === 'src' ? (image as tf.Tensor4D) : flat(RED) });
        const { value, logged } = loss.compute({ ...step, swap });
        return tf.sub(value, tf.sub(1, logged!['cosine-to']!));
      })(flat(YELLOW));
      return Math.max(...(await gradient.data()).map(Math.abs));
    });
  expect(await slope(0.9)).toBe(0);
  expect(await slope(0.5)).toBeGreaterThan(1e-4);
});

test('options that mean nothing are refused', () => {
  const issue = (given: unknown) => v.safeParse(options, given).issues?.[0]?.message;
  expect(issue({ crop: { left: 0.5, top: 0, right: 0.5, bottom: 1 } })).toBe(
    'Expected left below right and top below bottom',
  );
  expect(issue({ against: 'mean' })).toMatch(/"batch" \| "centroid"/);
  expect(issue({ margin: 2 })).toBeDefined();
  expect(issue({ input: { mean: 0, scale: 0, order: 'rgb' } })).toBeDefined();
});

test('the plugin names its loss and the API it was built for', () => {
  expect(plugin).toMatchObject({ name: '@fsae/loss-arcface', api: 1 });
  expect(Object.keys(plugin.losses)).toEqual(['arcface']);
});
