import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { createDatasets, createModel } from '../../src/container/parts.js';
import type { Casting, Metric, MetricContext, MetricValue, Picture, SwappedFaces } from '../../src/contracts/index.js';
import type { IdentityFaces } from '../../src/data/identities.js';
import { splitFaces } from '../../src/data/split.js';
import { meanOf } from '../../src/evaluate/bootstrap.js';
import { EvaluatedFaces } from '../../src/evaluate/faces.js';
import { latentsOf } from '../../src/evaluate/latents.js';
import { identityBits } from '../../src/evaluate/metrics/identity-bits.js';
import { information } from '../../src/evaluate/metrics/information.js';
import { swapInvariance } from '../../src/evaluate/metrics/swap-invariance.js';
import { swapSource } from '../../src/evaluate/metrics/swap-source.js';
import { swapStructure } from '../../src/evaluate/metrics/swap-structure.js';
import { swapTruth } from '../../src/evaluate/metrics/swap-truth.js';
import { createRandom } from '../../src/training/random.js';
import { listener, registryOf, tinyConfig } from '../tiny.js';

const SIZE = 32;
const config = tinyConfig(2, {
  size: SIZE,
  identities: {
    ada: { use: 'avatars', options: { person: 1, count: 60, seed: 1 } },
    ben: { use: 'avatars', options: { person: 2, count: 60, seed: 1 } },
  },
  data: { ...tinyConfig().data, heldOut: 0.4 },
});
const setting = {
  config,
  registry: registryOf(),
  root: '',
  cacheDir: '',
  logger: listener(),
  signal: new AbortController().signal,
  random: createRandom(1),
};
const identities: IdentityFaces[] = [...createDatasets(setting)].map(([name, dataset]) => ({
  name,
  dataset,
  ...splitFaces(dataset.faces(), config.data.heldOut),
}));
/** A model that hands on what it sees: every decoder reconstructs perfectly, no swap is one. */
const mirror = { translate: (images: tf.Tensor4D) => images.clone() };
const set = new EvaluatedFaces({ model: mirror, identities, size: SIZE, random: createRandom(1), learnFrom: 600 });
const create = (definition: { create(options: never, context: MetricContext): Metric }, options = {}): Metric =>
  definition.create(options as never, {} as MetricContext);

let faces: SwappedFaces;
let mean: Picture;
beforeAll(async () => {
  await tf.setBackend('cpu');
  faces = await set.swapped('ada', 'ben');
  mean = await set.meanFace('ben');
});

/** What a metric of swaps says of the true swap, of the source itself and of the mean face. */
async function three(metric: Metric, name: string, region = 'whole') {
  const of = async (swap: readonly Picture[]) => read(await metric.swap?.({ ...faces, swap }, set), name, region);
  return {
    perfect: await of(faces.truth as readonly Picture[]),
    noSwap: await of(faces.source),
    meanFace: await of(faces.source.map(() => mean)),
  };
}

function read(values: readonly MetricValue[] | undefined, name: string, region = 'whole'): number {
  const found = values?.find((value) => value.name === name && (value.region ?? 'whole') === region);
  return found === undefined ? Number.NaN : meanOf(found.measured);
}

test('swap.truth tells a perfect swap, the mean face and no swap apart', async () => {
  for (const region of ['whole', 'eyes', 'mouth']) {
    const { perfect, noSwap, meanFace } = await three(create(swapTruth), 'swap.truth.psnr', region);
    expect(perfect).toBe(100);
    expect(meanFace).toBeLessThan(30);
    expect(noSwap).toBeLessThan(30);
  }
  const whole = await three(create(swapTruth), 'swap.truth.psnr');
  expect(whole.meanFace).toBeGreaterThan(whole.noSwap + 2);
  const similarity = await three(create(swapTruth), 'swap.truth.ssim');
  expect(similarity.perfect).toBeCloseTo(1, 6);
  expect(similarity.meanFace).toBeGreaterThan(similarity.noSwap);
});

test('swap.structure reads the pose off a perfect swap, not off the mean face', async () => {
  const { perfect, noSwap, meanFace } = await three(create(swapStructure), 'swap.structure.r2', 'yaw');
  expect(perfect).toBeGreaterThan(0.8);
  expect(meanFace).toBeLessThan(0.1);
  expect(noSwap).toBeLessThan(perfect);
});

test('swap.source is high for the source alone, and silent where the truth is known', async () => {
  expect(await create(swapSource).swap?.(faces, set)).toEqual([]);
  const { truth, ...unknown } = faces;
  const of = async (swap: readonly Picture[]) =>
    read(await create(swapSource).swap?.({ ...unknown, swap }, set), 'swap.source.psnr');
  expect(await of(faces.source)).toBe(100);
  expect(await of(truth as readonly Picture[])).toBeLessThan(25);
  expect(await of(faces.source.map(() => mean))).toBeLessThan(25);
});

test('swapInvariance: one pose played by eight people, two of them of the run', async () => {
  const casting = (await set.casting('ben')) as Casting;
  expect(casting.poses.length).toBeGreaterThanOrEqual(16);
  for (const { people, source } of casting.poses) {
    expect(people.slice(0, 2)).toEqual(['ada', 'ben']);
    expect(new Set(people).size).toBe(8);
    // Eight people, eight pictures.
    expect(new Set(source.map((picture) => picture.join())).size).toBe(8);
  }
  const of = async (shown: (source: readonly Picture[]) => readonly Picture[], region = 'whole') => {
    const poses = casting.poses.map((pose) => ({ ...pose, swap: shown(pose.source) }));
    return read(await create(swapInvariance).casting?.({ ...casting, poses }, set), 'swapInvariance', region);
  };
  // The perfect swap: everybody becomes the ben of this pose.
  expect(await of((source) => source.map(() => source[1] as Picture))).toBe(100);
  const leaking = await of((source) => source);
  expect(leaking).toBeLessThan(22);
  expect(await of((source) => source.map((picture, i) => (i < 2 ? (source[0] as Picture) : picture)), 'known')).toBe(
    100,
  );
  // Between the two: half of the source comes through.
  const half = await of((source) => source.map((picture) => picture.map((value, k) => (value + mean[k]!) / 2)));
  expect(half).toBeCloseTo(leaking + 20 * Math.log10(2), 4);
});

test('identityBits: an encoder that sees who it is, one that does not, and the controls', {
  timeout: 60_000,
}, async () => {
  const encoding = (z: (images: tf.Tensor4D) => tf.Tensor4D) => ({
    bottleneck: { latentShape: [2, 2, 3] as const },
    encode: (images: tf.Tensor4D) => ({ z: z(images) }),
  });
  const sees = encoding((images) => tf.image.resizeBilinear(images, [2, 2]));
  const blind = encoding((images) => tf.zeros([images.shape[0], 2, 2, 3]));
  const bits = async (model: typeof sees) => {
    const values = await create(identityBits).latents?.(await latentsOf(set, model, blind), set);
    return (region: string) => read(values, 'identityBits', region);
  };
  const seen = await bits(sees);
  expect(seen('two-layer')).toBeGreaterThan(0.6);
  expect(seen('linear')).toBeGreaterThan(0.5);
  expect(Math.abs(seen('shuffled'))).toBeLessThan(0.15);
  expect(Math.abs(seen('untrained'))).toBeLessThan(1e-6);
  expect(Math.abs((await bits(blind))('two-layer'))).toBeLessThan(1e-6);
});

test('identityBits of a posterior: noise hides who it is from whoever reads draws, not from whoever reads the mean', {
  timeout: 60_000,
}, async () => {
  const spread = (logVariance: number) => ({
    bottleneck: { latentShape: [2, 2, 3] as const },
    encode: (images: tf.Tensor4D) => {
      const mean = tf.image.resizeBilinear(images, [2, 2]);
      return { z: mean, posterior: { mean, logVariance: tf.fill<tf.Rank.R4>(mean.shape, logVariance) } };
    },
  });
  const [loud, quiet] = [spread(8), spread(-12)];
  const latents = await latentsOf(set, loud, quiet);
  // Two draws of each of 48 held-out faces, e^4 around the mean.
  expect(latents.heldOut.z).toHaveLength(96);
  expect(latents.heldOut.rate).toHaveLength(96);
  expect(latents.heldOut.identity).toEqual([...Array(48).fill(0), ...Array(48).fill(1)]);
  const noise = latents.heldOut.z.flatMap((row, i) =>
    [...row].map((value, k) => value - latents.noiseless!.heldOut.z[Math.floor(i / 2)]![k]!),
  );
  const deviation = Math.sqrt(noise.reduce((sum, value) => sum + value * value, 0) / noise.length);
  expect(deviation / Math.exp(4)).toBeGreaterThan(0.93);
  expect(deviation / Math.exp(4)).toBeLessThan(1.07);
  const bits = async (model: typeof loud) => {
    const values = await create(identityBits).latents?.(await latentsOf(set, model, quiet), set);
    return (region: string) => read(values, 'identityBits', region);
  };
  const heard = await bits(loud);
  expect(Math.abs(heard('two-layer'))).toBeLessThan(0.15);
  expect(heard('noiseless')).toBeGreaterThan(0.6);
  expect((await bits(quiet))('two-layer')).toBeGreaterThan(0.6);
});

test('information: the plane in bits, by hand', async () => {
  const metric = create(information, { noise: 0.5 });
  // Half of the error of the mean face everywhere: a bit for each number of the picture.
  const heldOut = await set.heldOut('ada');
  const own = await set.meanFace('ada');
  const halfway = heldOut.source.map((picture) => picture.map((value, k) => (value + own[k]!) / 2));
  const explained = await metric.reconstruction?.({ ...heldOut, reconstruction: halfway }, set);
  expect(read(explained, 'information.zy')).toBeCloseTo(SIZE * SIZE * 3, 0);
  const nothing = { ...heldOut, reconstruction: heldOut.source.map(() => own) };
  expect(read(await metric.reconstruction?.(nothing, set), 'information.zy')).toBeCloseTo(0, 6);
  // Two independent numbers of variance 1, noise of deviation 1/2: log2(1 + 4) / 2 bits each.
  const corners = [
    [1, 1],
    [1, -1],
    [-1, 1],
    [-1, -1],
  ].map((row) => Float32Array.from(row));
  const latents = { z: corners, identity: [0, 0, 1, 1], group: ['a', 'b', 'c', 'd'] };
  const shape = [1, 1, 2] as const;
  const both = { training: latents, heldOut: latents };
  const values = await metric.latents?.({ identities: ['ada', 'ben'], shape, ...both, untrained: both }, set);
  expect(read(values, 'information.zx', 'capacity')).toBeCloseTo(Math.log2(5), 6);
  const rated = { ...both, heldOut: { ...latents, rate: [1, 2, 3, 6] } };
  const rates = await metric.latents?.({ identities: ['ada', 'ben'], shape, ...rated, untrained: both }, set);
  expect(read(rates, 'information.zx', 'rate')).toBe(3);
});

test('a real network has latents of its shape, with and without training, and no tensor is left', async () => {
  const model = createModel(setting);
  const fresh = createModel({ ...setting, random: createRandom(2) });
  const before = tf.memory().numTensors;
  const latents = await latentsOf(set, model, fresh);
  expect(tf.memory().numTensors).toBe(before);
  const [rows, columns, channels] = latents.shape;
  expect(latents.heldOut.z[0]).toHaveLength(rows * columns * channels);
  expect(latents.heldOut.identity).toEqual([...Array(24).fill(0), ...Array(24).fill(1)]);
  expect(latents.training.z).toHaveLength(72);
  expect(latents.untrained.heldOut.z[0]).not.toEqual(latents.heldOut.z[0]);
  model.dispose();
  fresh.dispose();
});
