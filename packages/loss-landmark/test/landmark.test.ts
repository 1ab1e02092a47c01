import type { Loss, LossContext, TrainingStep } from '@fsae/core';
import { fakeContext, fakeStep } from '@fsae/core/testing';
import * as tf from '@tensorflow/tfjs';
import * as v from 'valibot';
import { beforeAll, describe, expect, test } from 'vitest';
import plugin from '../src/index.js';
import { landmarkBy } from '../src/landmark.js';
import { options } from '../src/options.js';
import { contextOf, face, type Landmarks, picture, SIZE, written } from './pictures.js';

beforeAll(() => tf.setBackend('cpu'));

const definition = landmarkBy(async () => written);

async function lossOf(context: LossContext, given: v.InferInput<typeof options> = {}): Promise<Loss> {
  const loss = definition.create(v.parse(options, { model: 'written', ...given }), context);
  await loss.prepare?.();
  return loss;
}

interface Scene {
  readonly target: Readonly<Record<string, Landmarks[]>>;
  readonly reconstruction?: Readonly<Record<string, Landmarks[]>>;
  /** Under 'from/to'. */
  readonly swap?: Readonly<Record<string, Landmarks[]>>;
  /** From the dataset. */
  readonly given?: Readonly<Record<string, readonly (readonly [number, number])[][]>>;
}

function stepOf({ target, reconstruction = target, swap = {}, given = {} }: Scene): TrainingStep {
  const identities = Object.keys(target);
  return {
    ...fakeStep({ identities, size: SIZE }),
    swaps: Object.keys(swap).map((pair) => ({ from: pair.split('/')[0]!, to: pair.split('/')[1]! })),
    target: (identity) => picture(...target[identity]!),
    landmarks: (identity) => given[identity] && tf.tensor3d(given[identity] as unknown as number[][][]),
    reconstruction: (identity) => ({ image: picture(...reconstruction[identity]!) }),
    swap: (from, to) => ({ image: picture(...swap[`${from}/${to}`]!) }),
  };
}

async function values(loss: Loss, scene: Scene) {
  const { value, logged = {} } = loss.compute(stepOf(scene));
  const read = async (scalar: tf.Scalar) => (await scalar.data())[0]!;
  return {
    value: await read(value),
    logged: Object.fromEntries(
      await Promise.all(Object.entries(logged).map(async ([name, scalar]) => [name, await read(scalar)] as const)),
    ),
  };
}

const still = { target: { a: [face(0.5)], b: [face(0.5)] } };
/** Person a's reconstruction off by these, b's perfect: half of it is the mean over identities. */
const off = (moved: Parameters<typeof face>[1]) => ({
  ...still,
  reconstruction: { a: [face(0.5, moved)], b: [face(0.5)] },
});

describe('reconstruction', () => {
  test('is 0 when every landmark lies where the target has it', async () => {
    expect((await values(await lossOf(contextOf(still.target)), still)).value).toBe(0);
  });

  test.each([
    // (0.1 / 0.5)^2 = 0.04 of a point; one of 12, 20, 10, 9, 17 in its group; one group of four; one person of two.
    ['eyes', 37, 0.04 / 12 / 4 / 2],
    ['mouth', 60, 0.04 / 20 / 4 / 2],
    ['brows', 20, 0.04 / 10 / 4 / 2],
    ['nose', 30, 0.04 / 9 / 4 / 2],
    ['contour', 8, 0],
  ])('one point of the %s, moved by a fifth of the face', async (_group, point, expected) => {
    const loss = await lossOf(contextOf(still.target));
    expect((await values(loss, off({ [point]: [0, 0.1] }))).value).toBeCloseTo(expected, 7);
    expect((await values(loss, off({ [point]: [0.1, 0] }))).value).toBeCloseTo(expected, 7);
  });

  test('groups count by their share of all weights', async () => {
    const groups = { eyes: 3, mouth: 1, brows: 0, nose: 0, contour: 4 };
    const loss = await lossOf(contextOf(still.target), { groups });
    // 3 / 8 * 0.04 / 12, 1 / 8 * 0.04 / 20 and 4 / 8 * 0.04 / 17, and nothing of the nose.
    const moved = { 37: [0.1, 0], 60: [0, 0.1], 8: [-0.1, 0], 30: [0.3, 0] } as const;
    const expected = (0.015 / 12 + 0.005 / 20 + 0.02 / 17) / 2;
    expect((await values(loss, off(moved))).value).toBeCloseTo(expected, 7);
  });

  test('is in units of the face: twice the face, twice the error, the same value', async () => {
    const scene = (size: number): Scene => ({
      target: { a: [face(size)], b: [face(size)] },
      reconstruction: { a: [face(size, { 30: [size / 5, 0] })], b: [face(size)] },
    });
    const loss = await lossOf(contextOf(still.target));
    const [small, large] = [await values(loss, scene(0.2)), await values(loss, scene(0.4))];
    expect(small.value).toBeCloseTo(0.04 / 9 / 4 / 2, 7);
    expect(large.value).toBeCloseTo(small.value, 7);
  });

  test('a face whose eyes lie on one spot counts as 0.05 wide', async () => {
    const loss = await lossOf(contextOf(still.target));
    const scene = {
      target: { a: [face(0)], b: [face(0)] },
      reconstruction: { a: [face(0, { 30: [0.01, 0] })], b: [face(0)] },
    };
    expect((await values(loss, scene)).value).toBeCloseTo(0.04 / 9 / 4 / 2, 7);
  });

  test('is the mean over batch, then people: two faces, three people', async () => {
    const target = { a: [face(0.5), face(0.5)], b: [face(0.5), face(0.5)], c: [face(0.5), face(0.5)] };
    const reconstruction = { ...target, b: [face(0.5), face(0.5, { 30: [0.1, 0] })] };
    const loss = await lossOf(contextOf(target));
    expect((await values(loss, { target, reconstruction })).value).toBeCloseTo(0.04 / 9 / 4 / 6, 7);
  });
});

describe('ground truth', () => {
  const given = { a: [[...face(0.5, { 30: [0.1, 0] })]], b: [[...face(0.5)]] };

  test('of the dataset is what reconstructions are compared with', async () => {
    const loss = await lossOf(contextOf(still.target, true));
    expect(loss.needs).toEqual(['landmarks']);
    expect((await values(loss, { ...still, given })).value).toBeCloseTo(0.04 / 9 / 4 / 2, 7);
  });

  test('is left aside when asked to, when a dataset has none, and when it is not of 68 points', async () => {
    const unasked = await lossOf(contextOf(still.target, true), { groundTruth: false });
    expect(unasked.needs).toEqual([]);
    expect((await values(unasked, { ...still, given })).value).toBe(0);
    expect((await lossOf(contextOf(still.target))).needs).toEqual([]);
    const five = { a: [face(0.5).slice(0, 5)], b: [face(0.5).slice(0, 5)] };
    const known = await lossOf(contextOf(still.target, true));
    expect((await values(known, { ...still, given: five })).value).toBe(0);
  });
});

describe('swap', () => {
  // Means: a is narrow, with the nose (30) at (0, 0.1) from the middle; b is twice as large, with the nose at (0, 0.3).
  const faces = {
    a: [face(0.2, { 30: [0.02, 0.1] }), face(0.2, { 30: [-0.02, 0.1] })],
    b: [face(0.4, { 30: [0, 0.3] })],
  };
  const target = { a: [face(0.2, { 30: [0.05, 0.1] })], b: [face(0.4, { 30: [0, 0.2] })] };

  test('is 0 when it moves away from its person as the source does from his, by the size of their faces', async () => {
    const loss = await lossOf(contextOf(faces), { swap: true });
    // a's nose goes 0.05 = a quarter of a face aside: b's does 0.1. b's rises by 0.1: a quarter, 0.05 of a's.
    const swap = { 'a/b': [face(0.4, { 30: [0.1, 0.3] })], 'b/a': [face(0.2, { 30: [0, 0.05] })] };
    const { value, logged } = await values(loss, { target, swap });
    expect(value).toBeCloseTo(0, 10);
    expect(logged).toEqual({ reconstruction: 0, swap: expect.closeTo(0, 10) });
  });

  test('does not ask for the geometry of the source: its very landmarks in the other face cost', async () => {
    const loss = await lossOf(contextOf(faces), { swap: true, groups: { eyes: 0, mouth: 0, brows: 0 } });
    const swap = { 'a/b': target.a, 'b/a': [face(0.2, { 30: [0, 0.05] })] };
    // b's mean nose is at (0, 0.3), the swap's at (0.05, 0.1): (0.125, -0.5) of b's face against (0.25, 0) of a's.
    // The mean over both swaps, one point of nine.
    const { value, logged } = await values(loss, { target, swap });
    expect(logged['swap']).toBeCloseTo((0.125 ** 2 + 0.5 ** 2) / 9 / 2, 6);
    expect(value).toBeCloseTo(logged['swap']!, 7);
  });

  test('goes round among three people', async () => {
    const people = { ...faces, c: faces.a };
    const loss = await lossOf(contextOf(people), { swap: true });
    const swap = {
      'a/b': [face(0.4, { 30: [0.1, 0.3] })],
      'b/c': [face(0.2, { 30: [0, 0.05] })],
      'c/a': [face(0.2, { 30: [0.07, 0.1] })],
    };
    const scene = { target: { ...target, c: target.a }, swap };
    // c's nose went 0.05, a's 0.07: 0.1 of a's face too far.
    expect((await values(loss, scene)).logged['swap']).toBeCloseTo(0.01 / 9 / 4 / 3, 7);
  });
});

describe('which network', () => {
  test('must be said, and the error says which suits the faces', () => {
    const create = (context: LossContext) => () => definition.create(v.parse(options, {}), context);
    expect(create(fakeContext())).toThrow(
      expect.objectContaining({ code: 'FSAE_LANDMARK_MODEL_MISSING', message: expect.stringContaining("'lm68'") }),
    );
    const context = fakeContext();
    const truth = async () => Promise.reject(new Error('never drawn'));
    const synthetic = { ...context, dataset: (name: string) => ({ ...context.dataset(name), truth }) };
    expect(create(synthetic)).toThrow(
      expect.objectContaining({ message: expect.stringContaining("landmark: { model: 'avatars' } suits") }),
    );
  });

  test('a network that does not know such faces is warned of', () => {
    const warnings: string[] = [];
    const context = { ...fakeContext(), logger: { info() {}, warn: (text: string) => warnings.push(text) } };
    definition.create(v.parse(options, { model: 'lm68' }), context);
    expect(warnings).toEqual([]);
    definition.create(v.parse(options, { model: 'avatars' }), context);
    expect(warnings).toEqual([expect.stringContaining('synthetic people only')]);
  });
});

test('options that mean nothing are refused', () => {
  const none = { eyes: 0, mouth: 0, brows: 0, nose: 0 };
  expect(v.safeParse(options, { groups: none }).issues?.[0]?.message).toBe('Expected a group that counts');
  expect(v.is(options, { groups: { eyes: -1 } })).toBe(false);
  expect(v.is(options, { model: '' })).toBe(false);
});

test('the plugin names its loss and the API it was built for', () => {
  expect(plugin).toMatchObject({ name: '@fsae/loss-landmark', api: 1 });
  expect(Object.keys(plugin.losses)).toEqual(['landmark']);
});
