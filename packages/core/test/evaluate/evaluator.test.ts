import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { createDatasets } from '../../src/container/parts.js';
import type { Metric, MetricContext } from '../../src/contracts/index.js';
import type { IdentityFaces } from '../../src/data/identities.js';
import { splitFaces } from '../../src/data/split.js';
import { fsaeError } from '../../src/errors/catalogue.js';
import { Evaluator, type NamedMetric } from '../../src/evaluate/evaluator.js';
import { reconstruction } from '../../src/evaluate/metrics/reconstruction.js';
import { swapInvariance } from '../../src/evaluate/metrics/swap-invariance.js';
import { swapStructure } from '../../src/evaluate/metrics/swap-structure.js';
import { swapTruth } from '../../src/evaluate/metrics/swap-truth.js';
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

const METRICS = { reconstruction, 'swap.truth': swapTruth, 'swap.structure': swapStructure, swapInvariance };

/** Those metrics that need no latent. */
function metrics(): NamedMetric[] {
  return Object.entries(METRICS).map(([name, definition]) => ({
    name,
    metric: definition.create({}, {} as MetricContext),
  }));
}

const never = () => {
  throw new Error('No metric asked for latents.');
};

function evaluatorOf(
  answer: (images: tf.Tensor4D, to: string) => tf.Tensor4D,
  { identities = identitiesOf(), logger = listener(), asked = metrics() } = {},
): Evaluator {
  return new Evaluator(config, answering(['ada', 'ben'], answer), never, identities, asked, random, logger);
}

async function measured(answer: (images: tf.Tensor4D, to: string) => tf.Tensor4D): Promise<EvaluationRow[]> {
  return evaluatorOf(answer).measure();
}

const find = (rows: readonly EvaluationRow[], metric: string, region = 'whole') =>
  rows.find((row) => row.metric === metric && row.region === region && row.from === 'ada' && row.to !== 'ada');

test('every row has the baselines of its own metric, whatever the model does', async () => {
  const [same, grey] = [
    await measured((images) => images.clone()),
    await measured((images) => tf.fill(images.shape, 0.5) as tf.Tensor4D),
  ];
  const [none, dull] = [find(same, 'swap.truth.psnr'), find(grey, 'swap.truth.psnr')];
  // A model that hands on what it sees is "no swap", and reconstructs perfectly.
  expect(none?.value).toBeCloseTo(none?.noSwap as number, 6);
  expect(none?.reconstruction).toBe(100);
  expect(dull?.noSwap).toBe(none?.noSwap);
  expect(dull?.meanFace).toBe(none?.meanFace);
  expect(dull?.value).toBeLessThan(dull?.meanFace as number);
  const rebuilt = same.find(({ metric, from }) => metric === 'reconstruction.psnr' && from === 'ada');
  expect(rebuilt).toMatchObject({ value: 100, noSwap: null, reconstruction: null });
  expect(rebuilt?.meanFace).toBeLessThan(30);
});

test('a metric that gives no number is said and left out, the others stay', async () => {
  const logger = listener();
  const broken: Metric = {
    async reconstruction() {
      return [
        { name: 'broken', unit: '', better: 'higher', measured: [{ value: Number.NaN, group: 'a' }] },
        { name: 'sound', unit: '', better: 'higher', measured: [{ value: 1, group: 'a' }] },
      ];
    },
  };
  const evaluator = evaluatorOf((images) => images.clone(), { logger, asked: [{ name: 'mine', metric: broken }] });
  expect((await evaluator.measure()).map(({ metric }) => metric)).toEqual(['sound', 'sound']);
  expect(logger.said.join(' ')).toContain('FSAE_EVALUATE_METRIC_NAN');
});

test('a metric that cannot be prepared is said and left out', async () => {
  const logger = listener();
  const poor: Metric = {
    prepare: () => Promise.reject(fsaeError('FSAE_EVALUATE_NO_CHECKPOINT', { run: 'nowhere' })),
    reconstruction: never,
  };
  const evaluator = evaluatorOf((images) => images.clone(), { logger, asked: [{ name: 'poor', metric: poor }] });
  expect(await evaluator.measure()).toEqual([]);
  expect(logger.said.join(' ')).toContain('"poor" is not measured');
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
  const few = [{ ...ada, heldOut: ada.heldOut.slice(0, 3) }, ben];
  await evaluatorOf((images) => images.clone(), { identities: few, logger }).measure();
  expect(logger.said).toEqual(['Only 3 held-out faces of "ada": expect wide intervals.']);
  const none = [{ ...ada, heldOut: [] }, ben];
  await expect(evaluatorOf((images) => images.clone(), { identities: none }).measure()).rejects.toMatchObject({
    code: 'FSAE_EVALUATE_NO_FACES',
  });
});

test('a swap of any number of faces is as many pictures, each of its own face', async () => {
  const asked: number[] = [];
  const model = answering(['ada', 'ben'], (images) => {
    asked.push(images.shape[0]);
    return images.clone();
  });
  const [{ dataset }] = identitiesOf() as [IdentityFaces, IdentityFaces];
  const faces = await Promise.all(
    dataset
      .faces()
      .slice(0, 19)
      .map((face) => dataset.load(face, config.size)),
  );
  const pictures = await new Swapper(config, model).swap(faces, 'ben');
  expect(pictures.map((picture) => [...picture])).toEqual(faces.map(({ image }) => [...image]));
  // A number of faces is a graph to compile: there are few of them.
  expect(asked).toEqual([16, 4]);
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
