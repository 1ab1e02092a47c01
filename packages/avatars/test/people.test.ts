import { expect, test } from 'vitest';
import { knownPeople, neutral, person, render, samplePose } from '../src/index.js';

const size = 64;

test('people are numbered from 1: ada, ben, and no end', () => {
  expect(person(1).name).toBe('ada');
  expect(person(2).name).toBe('ben');
  expect(knownPeople).toBeGreaterThanOrEqual(16);
  expect(person(knownPeople + 1).name).toBe(`person-${knownPeople + 1}`);
  expect(person(1_000_000)).toEqual(person(1_000_000));
  for (const wrong of [0, -1, 1.5, Number.NaN]) expect(() => person(wrong)).toThrow(RangeError);
});

test('a hundred people have names and looks of their own', () => {
  const people = Array.from({ length: 100 }, (_, i) => person(i + 1));
  expect(new Set(people.map(({ name }) => name)).size).toBe(100);
  expect(new Set(people.map(({ name, ...look }) => JSON.stringify(look))).size).toBe(100);
});

test('sixteen people differ from one another in features, each pair in many pixels', async () => {
  const faces = await Promise.all(Array.from({ length: 16 }, (_, i) => render(person(i + 1), neutral, size)));
  for (const [i, a] of faces.entries())
    for (const b of faces.slice(i + 1)) {
      const differing = a.filter((value, at) => Math.abs(value - (b[at] as number)) > 12).length / a.length;
      expect(differing).toBeGreaterThan(0.1);
    }
});

// If pixels alone told people apart, identity would be hair colour: a swap could be right by painting the hair.
test('raw pixels hardly tell sixteen people apart: nearest centroid below 0.8', async () => {
  const people = Array.from({ length: 16 }, (_, i) => person(i + 1));
  const perPerson = 20;
  const faces = (seed: number) =>
    Promise.all(
      people.map((who, label) =>
        Promise.all(Array.from({ length: perPerson }, (_, i) => render(who, samplePose(seed, label, i), size))),
      ),
    );
  const centroids = (await faces(1)).map((own) =>
    Float64Array.from(
      { length: size * size * 3 },
      (_, at) => own.reduce((sum, face) => sum + (face[at] as number), 0) / perPerson,
    ),
  );
  const nearest = (face: Uint8Array) => {
    const distances = centroids.map((centroid) =>
      centroid.reduce((sum, value, at) => sum + (value - (face[at] as number)) ** 2, 0),
    );
    return distances.indexOf(Math.min(...distances));
  };
  const right = (await faces(2)).flatMap((own, label) => own.map((face) => nearest(face) === label));
  const accuracy = right.filter(Boolean).length / right.length;
  expect(accuracy).toBeLessThan(0.8);
  expect(accuracy).toBeGreaterThan(5 / 16);
});
