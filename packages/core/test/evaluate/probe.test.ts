import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import type { LabelledLatents, RandomStream } from '../../src/contracts/index.js';
import { type ProbeKind, probe } from '../../src/evaluate/probe.js';
import { createRandom } from '../../src/training/random.js';
import fixture from './fixtures/information.json' with { type: 'json' };

beforeAll(() => tf.setBackend('cpu'));

const FACES = 3000;
/** Judging is quick, and the sample's own error has to stay below what is tested. */
const JUDGED = 8_000;

/** `people` identities in turn, each latent drawn by `at`. */
function mixture(
  people: number,
  purpose: string,
  at: (who: number, stream: RandomStream) => number[],
  count = FACES,
): LabelledLatents {
  const stream = createRandom(11).stream(purpose);
  const identity = Array.from({ length: count }, (_, i) => i % people);
  return {
    z: identity.map((who) => Float32Array.from(at(who, stream))),
    identity,
    group: identity.map((_, i) => `${purpose} ${i}`),
  };
}

async function bits(kind: ProbeKind, people: number, at: (who: number, stream: RandomStream) => number[]) {
  const scores = await probe({
    kind,
    identities: people,
    training: mixture(people, 'training', at),
    heldOut: mixture(people, 'held-out', at, JUDGED),
    random: createRandom(3),
  });
  return scores.reduce((sum, { value }) => sum + value, 0) / scores.length;
}

const sign = (bit: number) => (bit === 0 ? -1 : 1);
/** Two people on a line, and a number that says nothing. */
const apart = (distance: number) => (who: number, stream: RandomStream) => [
  sign(who) * distance + stream.normal(),
  stream.normal(),
];

test.each(['linear', 'two-layer'] as const)(
  '%s: bits of Gaussian mixtures to .03',
  { timeout: 120_000 },
  async (kind) => {
    const { '0.1': tenth, '0.5': half } = fixture.distances;
    expect(Math.abs(await bits(kind, 2, apart(0)))).toBeLessThan(0.03);
    expect(Math.abs((await bits(kind, 2, apart(tenth))) - 0.1)).toBeLessThan(0.03);
    expect(Math.abs((await bits(kind, 2, apart(half))) - 0.5)).toBeLessThan(0.03);
    // Two independent halves of a bit are one bit.
    const square = (who: number, stream: RandomStream) => [
      sign(who & 1) * half + stream.normal(),
      sign(who >> 1) * half + stream.normal(),
    ];
    expect(Math.abs((await bits(kind, 4, square)) - 1)).toBeLessThan(0.03);
  },
);

test('what no plane separates is found by the two-layer probe alone', { timeout: 60_000 }, async () => {
  const crossed = (who: number, stream: RandomStream) => {
    const first = stream.integer(2);
    return [4 * sign(first) + stream.normal(), 4 * sign(first ^ who) + stream.normal()];
  };
  expect(Math.abs(await bits('linear', 2, crossed))).toBeLessThan(0.03);
  expect(await bits('two-layer', 2, crossed)).toBeGreaterThan(0.97);
});

test('more numbers than faces do not make up bits, and no tensor is left', async () => {
  const before = tf.memory().numTensors;
  const noise = (_: number, stream: RandomStream) => Array.from({ length: 200 }, () => stream.normal());
  const scores = await probe({
    kind: 'two-layer',
    identities: 4,
    training: mixture(4, 'training', noise, 120),
    heldOut: mixture(4, 'held-out', noise, 80),
    random: createRandom(3),
  });
  expect(scores.map(({ group }) => group)).toEqual(mixture(4, 'held-out', noise, 80).group);
  expect(Math.abs(scores.reduce((sum, { value }) => sum + value, 0) / 80)).toBeLessThan(0.05);
  expect(tf.memory().numTensors).toBe(before);
});
