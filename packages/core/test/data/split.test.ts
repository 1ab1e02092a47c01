import { describe, expect, test } from 'vitest';
import type { FaceInfo } from '../../src/contracts/index.js';
import { splitFaces } from '../../src/data/split.js';

const frames = (count: number, group?: string): FaceInfo[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `${group ?? ''}${i}`,
    hash: `${i}`,
    ...(group !== undefined && { group }),
  }));
const ids = (faces: readonly FaceInfo[]) => faces.map(({ id }) => id);

describe('groups', () => {
  test('never straddle', () => {
    const faces = ['a', 'b', 'c', 'd', 'e', 'f'].flatMap((group) => frames(10, group));
    const { training, heldOut } = splitFaces(faces, 0.15);
    expect(new Set(heldOut.map(({ group }) => group))).toEqual(new Set(['f']));
    expect(training).toHaveLength(50);
  });

  test('are taken from the end as long as that comes closer to the share', () => {
    const faces = [...frames(40, 'a'), ...frames(5, 'b'), ...frames(30, 'c'), ...frames(15, 'd'), ...frames(10, 'e')];
    // 20 of 100 wanted: e (10), d would be 25 and is as close as 15 would be not; 25 is 5 off, 10 was 10 off.
    expect(new Set(splitFaces(faces, 0.2).heldOut.map(({ group }) => group))).toEqual(new Set(['d', 'e']));
  });

  test('that are all too large: the smallest is held out', () => {
    const { training, heldOut } = splitFaces([...frames(60, 'a'), ...frames(40, 'b'), ...frames(50, 'c')], 0.1);
    expect([training.length, heldOut.length]).toEqual([110, 40]);
  });

  test('two of one face each', () => {
    const { training, heldOut } = splitFaces([...frames(1, 'a'), ...frames(1, 'b')], 0.15);
    expect([ids(training), ids(heldOut)]).toEqual([['a0'], ['b0']]);
  });

  test('faces without one beside faces with one are one group', () => {
    const faces = [...frames(10), ...frames(90, 'a')];
    expect(splitFaces(faces, 0.15).heldOut).toEqual(faces.slice(0, 10));
  });

  test('of one synthetic face each are held out by their share', () => {
    const faces = Array.from({ length: 1000 }, (_, i) => ({ id: `${i}`, hash: `${i}`, group: `${i}` }));
    const { training, heldOut } = splitFaces(faces, 0.15);
    expect(heldOut).toEqual(faces.slice(850));
    expect(training).toEqual(faces.slice(0, 850));
  });

  test('that interleave keep the order of the faces', () => {
    const faces = Array.from({ length: 9 }, (_, i) => ({ id: `${i}`, hash: `${i}`, group: 'abc'[i % 3]! }));
    expect(ids(splitFaces(faces, 0.3).heldOut)).toEqual(['2', '5', '8']);
  });
});

describe('frames without groups', () => {
  test('are split in blocks with a gap', () => {
    const faces = frames(200);
    const { training, heldOut } = splitFaces(faces, 0.15);
    expect(heldOut).toEqual(faces.slice(170));
    expect(training).toEqual(faces.slice(0, 166));
  });

  test('few of them have no gap, very many a gap of 12', () => {
    expect(splitFaces(frames(20), 0.15).training).toHaveLength(17);
    expect(splitFaces(frames(5000), 0.1).training).toHaveLength(4488);
  });

  test('two of them: one on each side', () => {
    const { training, heldOut } = splitFaces(frames(2), 0.15);
    expect([ids(training), ids(heldOut)]).toEqual([['0'], ['1']]);
  });

  test('a share near 1 leaves one to train on', () => {
    expect(splitFaces(frames(100), 0.999).training).toHaveLength(1);
  });
});

test('the same faces are split the same way', () => {
  expect(splitFaces(frames(50), 0.2)).toEqual(splitFaces(frames(50), 0.2));
});

describe('a side without a face is refused', () => {
  test.each([
    ['share 0', frames(10), 0],
    ['one face', frames(1), 0.15],
    ['one named group', frames(10, 'clip'), 0.15],
  ] as const)('held-out: %s', (_, faces, share) => {
    expect(() => splitFaces(faces, share)).toThrow(expect.objectContaining({ code: 'FSAE_DATA_HELD_OUT_EMPTY' }));
  });

  test.each([
    ['share 1', frames(10), 1],
    ['no face', frames(0), 0.15],
  ] as const)('training: %s', (_, faces, share) => {
    expect(() => splitFaces(faces, share)).toThrow(expect.objectContaining({ code: 'FSAE_DATA_TRAINING_EMPTY' }));
  });
});
