import * as v from 'valibot';
import { expect, test } from 'vitest';
import { options } from '../src/options.js';

const paths = (input: unknown) => v.safeParse(options, input).issues?.map((issue) => v.getDotPath(issue)) ?? [];

test('defaults are those of the measured recipe, written out in full', () => {
  expect(v.parse(options, {})).toEqual({
    network: 'vector',
    objective: 'uniform',
    hidden: [128, 64],
    spectralNormalisation: true,
    r1: 0,
    learningRate: 1e-3,
    betas: [0.5, 0.99],
    warmup: 200,
    schedule: 'linear',
    referee: true,
    updatesPerStep: 1,
  });
});

test('hidden follows the network and the schedule the objective, unless given', () => {
  expect(v.parse(options, { network: 'map' }).hidden).toEqual([64, 64]);
  expect(v.parse(options, { network: 'map', hidden: [8] }).hidden).toEqual([8]);
  expect(v.parse(options, { objective: 'reversal' }).schedule).toBe('sigmoid');
  expect(v.parse(options, { objective: 'reversal', schedule: 'linear' }).schedule).toBe('linear');
});

test('options survive JSON and a second validation', () => {
  for (const input of [{}, { objective: 'toward', toward: 'dst', network: 'map', r1: 1 }]) {
    const once = v.parse(options, input);
    expect(v.parse(options, JSON.parse(JSON.stringify(once)))).toEqual(once);
  }
});

test.each([
  [{ netwrok: 'map' }, 'netwrok'],
  [{ network: 'pooled' }, 'network'],
  [{ objective: 'confuse' }, 'objective'],
  [{ hidden: [] }, 'hidden'],
  [{ hidden: [64, 0] }, 'hidden.1'],
  [{ hidden: [1.5] }, 'hidden.0'],
  [{ r1: -1 }, 'r1'],
  [{ learningRate: 0 }, 'learningRate'],
  [{ betas: [0.5, 1] }, 'betas.1'],
  [{ betas: [0.5] }, 'betas.1'],
  [{ warmup: -1 }, 'warmup'],
  [{ schedule: 'cosine' }, 'schedule'],
  [{ referee: 1 }, 'referee'],
  [{ updatesPerStep: 0 }, 'updatesPerStep'],
  [{ spectralNormalisation: 'yes' }, 'spectralNormalisation'],
  [{ objective: 'toward' }, 'toward'],
  [{ toward: 'dst' }, 'toward'],
])('%j is refused at %s', (input, path) => {
  expect(paths(input)).toEqual([path]);
});
