import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import type { Dataset, DatasetContext } from '../../src/contracts/index.js';
import { writeAvatarFolder } from '../../src/data/avatar-folders.js';
import { avatars, avatarsOf } from '../../src/data/avatars.js';
import { fakeRunContext } from '../../src/testing/context.js';
import { folderOf, openFolder, png } from './folder-of.js';

const context = (position = 0): DatasetContext => ({
  ...fakeRunContext(),
  identity: position === 0 ? 'src' : 'dst',
  position,
  root: '.',
  seed: 5,
});
const create = (options: object = {}, position = 0): Dataset =>
  avatars.create(v.parse(avatars.options, options), context(position));

test('options have the documented defaults and refuse what is none', () => {
  expect(v.parse(avatars.options, {})).toEqual({ count: 1350 });
  for (const wrong of [{ person: 0 }, { person: 1.5 }, { count: 1 }, { seed: -1 }, { people: 2 }])
    expect(v.safeParse(avatars.options, wrong).success, JSON.stringify(wrong)).toBe(false);
});

test('without a person, an identity is the person of its position; without a seed, the seed is that of the run', () => {
  expect(create({ count: 3 }, 1).faces()).toEqual(create({ count: 3, person: 2, seed: 5 }, 0).faces());
  expect(create({ count: 3 }, 0).faces()).not.toEqual(create({ count: 3, seed: 6 }, 0).faces());
});

test('every face is known by id and hash, and is a group of its own', () => {
  const faces = create().faces();
  expect(faces).toHaveLength(1350);
  expect(faces).toEqual(create().faces());
  for (const key of ['id', 'hash', 'group'] as const) expect(new Set(faces.map((face) => face[key])).size).toBe(1350);
  for (const { hash } of faces) expect(hash).toMatch(/^[0-9a-f]{64}$/);
});

test('fewer faces are the first of more', () => {
  expect(create({ count: 10 }).faces()).toEqual(create({ count: 50 }).faces().slice(0, 10));
});

test('no two people share a pose', () => {
  const [src, dst] = [create({ count: 300 }), create({ count: 300 }, 1)];
  const poses = [src, dst].flatMap((it) => it.faces().map((face) => JSON.stringify(it.structure?.(face))));
  expect(new Set(poses).size).toBe(600);
});

test('a face is drawn once for all datasets, and without its mask for who does not want it', async () => {
  const face = create({ count: 3 }).faces()[2]!;
  const plain = await create({ count: 3 }).load(face, 48, ['landmarks']);
  expect(Object.keys(plain)).toEqual(['image', 'landmarks']);
  const whole = await create({ count: 3 }).load(face, 48);
  expect(whole.mask).toHaveLength(48 * 48);
  expect(whole.image).toBe(plain.image);
});

test('a face has picture, mask and landmarks at any size, the same each time', async () => {
  const dataset = create({ count: 3 });
  const face = dataset.faces()[1]!;
  for (const size of [32, 100]) {
    const loaded = await dataset.load(face, size);
    expect(loaded.image).toHaveLength(size * size * 3);
    expect(loaded.mask).toHaveLength(size * size);
    expect(loaded.landmarks).toHaveLength(136);
    expect(await create({ count: 3 }).load(face, size)).toEqual(loaded);
    // Not only the copy that is kept: drawn anew.
    const { image, mask } = avatarsOf(1, 5)(1);
    expect([await image(size), await mask(size)]).toEqual([loaded.image, loaded.mask]);
  }
  expect(dataset.provides).toEqual(['mask', 'landmarks']);
  expect(dataset.frame).toHaveLength(5);
  expect(Object.keys(dataset.regions ?? {})).toEqual(['eyes', 'mouth']);
});

test('the truth of a swap is the other person in this pose', async () => {
  const [src, dst] = [create({ count: 4 }), create({ count: 4 }, 1)];
  const face = src.faces()[2]!;
  const truth = await src.truth!(face, dst, 48);
  const own = await src.load(face, 48);
  expect(truth.image).not.toEqual(own.image);
  expect(await src.truth!(face, src, 48)).toEqual(own);
  const other = create({ count: 4, person: 1 }, 1);
  expect(await src.truth!(face, other, 48)).toEqual(own);
  // Its landmarks are those of the other person in this pose: near this face's own, far from a face in another pose.
  const distance = (a: Float32Array, b: Float32Array) => Math.hypot(...a.map((x, i) => x - b[i]!));
  const elsewhere = await dst.load(dst.faces()[2]!, 48);
  expect(distance(truth.landmarks!, own.landmarks!)).toBeLessThan(distance(truth.landmarks!, elsewhere.landmarks!));
});

test('structure is the pose by name', () => {
  const dataset = create({ count: 2 });
  expect(Object.keys(dataset.structure!(dataset.faces()[0]!))).toEqual(
    expect.arrayContaining(['yaw', 'pitch', 'roll', 'open', 'smile', 'blink', 'gazeX', 'gazeY', 'brow']),
  );
});

test('a face of another dataset is refused, and a truth nobody knows', async () => {
  const dataset = create({ count: 2 });
  const stranger = create({ count: 2, person: 9 }).faces()[0]!;
  await expect(dataset.load(stranger, 32)).rejects.toThrow(expect.objectContaining({ code: 'FSAE_DATA_FACE_UNKNOWN' }));
  const { dataset: pictures } = openFolder(await folderOf({ 'a.png': png(), 'b.png': png('#112233') }));
  await expect(dataset.truth!(dataset.faces()[0]!, pictures, 32)).rejects.toThrow(
    expect.objectContaining({ code: 'FSAE_DATA_TRUTH_UNKNOWN' }),
  );
});

test('a written folder holds the same faces for the dataset folder', async () => {
  const dir = join(await folderOf({}), 'ben');
  const paths = await writeAvatarFolder({ dir, person: 2, count: 4, size: 64, seed: 3 });
  expect(paths).toHaveLength(4);
  expect(readdirSync(dir)).toHaveLength(12);
  const { dataset: written } = openFolder(dir);
  await written.prepare!();
  const drawn = create({ person: 2, count: 4, seed: 3 });
  expect(written.provides).toEqual(['mask', 'landmarks']);
  expect(written.faces().map(({ group }) => group)).toEqual(drawn.faces().map(({ group }) => group));
  for (const [i, face] of written.faces().entries()) {
    const [read, original] = [await written.load(face, 64), await drawn.load(drawn.faces()[i]!, 64)];
    expect([...read.image]).toEqual([...original.image]);
    expect([...read.mask!]).toEqual([...original.mask!]);
    for (const [k, value] of read.landmarks!.entries()) expect(value).toBeCloseTo(original.landmarks![k]!, 4);
  }
});
