import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { createDatasets } from '../../src/container/parts.js';
import type { Dataset, FaceInfo } from '../../src/contracts/index.js';
import type { IdentityFaces } from '../../src/data/identities.js';
import { meanFace } from '../../src/data/mean-face.js';
import { splitFaces } from '../../src/data/split.js';
import { Evaluator } from '../../src/evaluate/evaluator.js';
import type { EvaluationRow } from '../../src/evaluate/rows.js';
import type { Autoencoder } from '../../src/model/autoencoder.js';
import { SheetMaker } from '../../src/swap/sheet.js';
import { Swapper } from '../../src/swap/swapper.js';
import { createRandom } from '../../src/training/random.js';
import { listener, registryOf, tinyConfig } from '../tiny.js';

beforeAll(() => tf.setBackend('cpu'));

const config = tinyConfig(2, {
  size: 32,
  identities: {
    ada: { use: 'avatars', options: { person: 1, count: 60, seed: 1 } },
    ben: { use: 'avatars', options: { person: 2, count: 60, seed: 1 } },
  },
  data: { ...tinyConfig().data, heldOut: 0.4 },
});
const random = createRandom(1);

function identitiesOf(people = config): IdentityFaces[] {
  const setting = { config: people, registry: registryOf(), root: '', cacheDir: '', logger: listener() };
  const datasets = createDatasets({ ...setting, signal: new AbortController().signal });
  return [...datasets].map(([name, dataset]) => ({
    name,
    dataset,
    ...splitFaces(dataset.faces(), people.data.heldOut),
  }));
}

/** A "model" that answers as told: how a measure behaves is known before any network is. */
function answering(names: readonly string[], answer: (images: tf.Tensor4D, to: string) => tf.Tensor4D): Autoencoder {
  return { identities: names, translate: answer } as unknown as Autoencoder;
}

async function measured(answer: (images: tf.Tensor4D, to: string) => tf.Tensor4D): Promise<EvaluationRow[]> {
  const evaluator = new Evaluator(config, answering(['ada', 'ben'], answer), identitiesOf(), random, listener());
  return evaluator.measure();
}

const find = (rows: readonly EvaluationRow[], metric: string, region = 'whole') =>
  rows.find((row) => row.metric === metric && row.region === region && row.from === 'ada' && row.to !== 'ada');

/** The true swaps of ada's held-out faces as ben, in the order that the evaluator asks for them. */
async function perfect() {
  const identities = identitiesOf();
  const truths = new Map<string, tf.Tensor4D>();
  for (const from of identities) {
    for (const to of identities) {
      const pictures = await Promise.all(
        from.heldOut.map(async (face: FaceInfo) => {
          const { image } = await (from === to
            ? from.dataset.load(face, 32)
            : (from.dataset.truth as NonNullable<Dataset['truth']>)(face, to.dataset, 32));
          return Float32Array.from(image, (byte) => byte / 255);
        }),
      );
      const flat = Float32Array.from(pictures.flatMap((picture) => [...picture]));
      truths.set(`${from.name}>${to.name}`, tf.tensor4d(flat, [pictures.length, 32, 32, 3]));
    }
  }
  // The evaluator first rebuilds ada and ben, then swaps ada > ben and ben > ada: 24 faces each, in one batch.
  const order = ['ada>ada', 'ben>ben', 'ada>ben', 'ben>ada'];
  // Batches of another length are training faces, which the reader of pose and expression learns from.
  return (images: tf.Tensor4D) =>
    images.shape[0] === 24 ? (truths.get(order.shift() as string) as tf.Tensor4D).clone() : images.clone();
}

test('perfect swap, no swap and the mean face give three clearly different values', async () => {
  const means = new Map<string, tf.Tensor4D>();
  for (const identity of identitiesOf()) {
    means.set(identity.name, tf.tensor4d(await meanFace(identity, 32), [1, 32, 32, 3]));
  }
  const perfectRows = await measured(await perfect());
  const best = find(perfectRows, 'swap.truth.psnr') as EvaluationRow;
  const none = find(await measured((images) => images.clone()), 'swap.truth.psnr') as EvaluationRow;
  const meanRows = await measured((images, to) => tf.tile(means.get(to) as tf.Tensor4D, [images.shape[0], 1, 1, 1]));
  const mean = find(meanRows, 'swap.truth.psnr') as EvaluationRow;
  expect(best.value).toBeGreaterThan(60);
  expect(none.value).toBeCloseTo(none.noSwap as number, 6);
  expect(mean.value).toBeCloseTo(mean.meanFace as number, 6);
  expect(mean.value).toBeGreaterThan(none.value + 2);
  expect(mean.value).toBeLessThan(25);
  // Pose and expression are there in the true swap; the mean face shows none.
  const yaw = (rows: readonly EvaluationRow[]) =>
    rows.find(({ metric, region, from }) => metric === 'swap.structure.r2' && region === 'yaw' && from === 'ada')
      ?.value;
  expect(yaw(perfectRows)).toBeGreaterThan(0.8);
  expect(yaw(meanRows)).toBeLessThan(0.1);
  // Baselines do not depend on the model.
  expect(best.meanFace).toBe(mean.meanFace);
  expect(best.noSwap).toBe(none.noSwap);
});

test('eyes and mouth are measured apart', async () => {
  const rows = await measured((images) =>
    tf.tidy(() => {
      // Spoils the rows of the mouth only.
      const mask = tf.tensor4d(
        Float32Array.from({ length: 32 }, (_, row) => (row >= 19 && row < 28 ? 0 : 1)),
        [1, 32, 1, 1],
      );
      return tf.mul(images, mask) as tf.Tensor4D;
    }),
  );
  const eyes = find(rows, 'swap.truth.psnr', 'eyes') as EvaluationRow;
  const mouth = find(rows, 'swap.truth.psnr', 'mouth') as EvaluationRow;
  expect(eyes.value).toBeCloseTo(eyes.noSwap as number, 1);
  expect(mouth.value).toBeLessThan((mouth.noSwap as number) - 5);
});

test('the interval holds the value, and no tensor is left', async () => {
  const before = tf.memory().numTensors;
  const rows = await measured((images) => images.clone());
  for (const { low, value, high } of rows) {
    expect(low).toBeLessThanOrEqual(value);
    expect(high).toBeGreaterThanOrEqual(value);
  }
  expect(tf.memory().numTensors).toBe(before);
});

test('no held-out face is an error, few are a warning', async () => {
  const logger = listener();
  const [ada, ben] = identitiesOf() as [IdentityFaces, IdentityFaces];
  const model = answering(['ada', 'ben'], (images) => images.clone());
  const few = [{ ...ada, heldOut: ada.heldOut.slice(0, 3) }, ben];
  await new Evaluator(config, model, few, random, logger).measure();
  expect(logger.said).toEqual(['Only 3 held-out faces of "ada": expect wide intervals.']);
  const none = [{ ...ada, heldOut: [] }, ben];
  await expect(new Evaluator(config, model, none, random, logger).measure()).rejects.toMatchObject({
    code: 'FSAE_EVALUATE_NO_FACES',
  });
});

test('a sheet of two people has the six columns of the article, and the true swaps where they are known', async () => {
  const model = answering(['ada', 'ben'], (images) => images.clone());
  const sheet = await new SheetMaker(config, identitiesOf(), new Swapper(config, model)).make(4);
  expect(sheet.columns).toEqual([
    'ada',
    'ada reconstructed',
    'ada → ben',
    'true ada → ben',
    'true ben → ada',
    'ben → ada',
    'ben reconstructed',
    'ben',
  ]);
  expect(sheet.rows).toHaveLength(4);
  const [source, rebuilt, swapped] = sheet.rows[0]?.pictures ?? [];
  expect(rebuilt).toEqual(source);
  expect(swapped).toEqual(source);
});

test('a sheet of three people is a matrix: a row per source, a column per decoder', async () => {
  const people = tinyConfig(3, { size: 32 });
  const names = Object.keys(people.identities);
  const model = answering(names, (images) => images.clone());
  const sheet = await new SheetMaker(people, identitiesOf(people), new Swapper(people, model)).make(2);
  expect(sheet.columns).toEqual(['source', 'as ada', 'as ben', 'as cleo']);
  expect(sheet.rows).toHaveLength(3);
  for (const { pictures } of sheet.rows) expect(pictures).toHaveLength(4);
});
