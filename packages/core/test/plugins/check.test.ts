import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { builtin } from '../../src/plugins/builtin.js';
import { checkPlugin } from '../../src/plugins/check.js';

const origin = { label: 'fsae-loss-x', version: '1.4.0', coreVersion: '0.1.0' };
const definition = { options: v.strictObject({}), create: () => ({}) };
const provider = { name: 'mine', deterministic: true, available: () => {}, activate: () => {} };

function errorOf(value: unknown): Error & { code?: string } {
  try {
    checkPlugin(value, origin);
  } catch (error) {
    return error as Error;
  }
  return expect.unreachable('the plugin passed');
}

test('a good plugin passes as it is, core own parts too', () => {
  const plugin = {
    name: 'fsae-loss-x',
    api: 1,
    version: '2.0.0',
    losses: { x: definition },
    trainers: { mine: class {} },
    backends: { mine: provider },
  };
  expect(checkPlugin(plugin, origin)).toBe(plugin);
  expect(checkPlugin(Object.freeze({ name: 'x', api: 1 }), origin)).toEqual({ name: 'x', api: 1 });
  expect(checkPlugin(builtin, origin)).toBe(builtin);
});

test('a Standard Schema is known by its structure: objects and functions, of any library', () => {
  const standard = { '~standard': { version: 1, vendor: 'other', validate: () => ({ value: {} }) } };
  const callable = Object.assign(() => {}, standard);
  for (const options of [standard, callable]) {
    expect(() => checkPlugin({ name: 'x', api: 1, losses: { x: { options, create() {} } } }, origin)).not.toThrow();
  }
});

describe('the plugin interface version', () => {
  test.each([
    [2, '"fsae-loss-x" 1.4.0 was built for plugin API 2; @fsae/core 0.1.0 supports 1.', 'npm i @fsae/core@latest'],
    [0, '"fsae-loss-x" 1.4.0 was built for plugin API 0; @fsae/core 0.1.0 supports 1.', 'npm i fsae-loss-x@latest'],
    [undefined, 'plugin API undefined', 'npm i fsae-loss-x@latest'],
    ['1', 'plugin API 1;', 'npm i fsae-loss-x@latest'],
  ])('%s', (api, says, todo) => {
    const error = errorOf({ name: 'fsae-loss-x', api, losses: 'whatever API 2 has here' });
    expect(error.code).toBe('FSAE_PLUGIN_API');
    expect(error.message).toContain(says);
    expect(error.message).toContain(todo);
  });

  test("a plugin's own word about its version counts more than its package's", () => {
    expect(errorOf({ name: 'x', api: 2, version: '9.9.9' }).message).toContain('"x" 9.9.9 was built');
  });
});

test.each<[string, unknown, string]>([
  ['nothing', undefined, 'expected a plugin object, received nothing'],
  ['a function', () => 1, 'expected a plugin object, received a function'],
  ['a list', [], 'expected a plugin object, received an empty list'],
  ['no name', { api: 1 }, 'name: expected a text, received nothing'],
  ['an unknown key', { name: 'x', api: 1, loses: {} }, 'loses: unknown key. Did you mean "losses"?'],
  ['a version that is a number', { name: 'x', api: 1, version: 2 }, 'version: expected a text, received 2'],
  ['a list of losses', { name: 'x', api: 1, losses: [definition] }, 'losses: expected an object of losses by name'],
  [
    'a definition that is a function',
    { name: 'x', api: 1, losses: { x: () => 1 } },
    'losses.x: expected { options, create }',
  ],
  [
    'no options schema',
    { name: 'x', api: 1, encoders: { x: { create() {} } } },
    'encoders.x: options: expected a Standard Schema',
  ],
  [
    'options that are no schema',
    { name: 'x', api: 1, metrics: { x: { options: { a: 1 }, create() {} } } },
    'metrics.x: options: expected a Standard Schema (valibot, zod, arktype ...), received an object with a',
  ],
  [
    'no create',
    { name: 'x', api: 1, datasets: { x: { options: definition.options } } },
    'datasets.x: create: expected a function, received nothing',
  ],
  [
    'a trainer that is an arrow function',
    { name: 'x', api: 1, trainers: { x: () => 1 } },
    'trainers.x: expected a class',
  ],
  [
    'a trainer that is an object',
    { name: 'x', api: 1, trainers: { x: { run() {} } } },
    'trainers.x: expected a class, received an object with run',
  ],
  [
    'a backend without activate',
    { name: 'x', api: 1, backends: { x: { ...provider, activate: 1 } } },
    'backends.x: activate: expected a function, received 1',
  ],
  [
    'a backend that does not say whether it is deterministic',
    { name: 'x', api: 1, backends: { x: { ...provider, deterministic: 'yes' } } },
    'backends.x: deterministic: expected true or false',
  ],
])('refuses %s', (_name, value, says) => {
  const error = errorOf(value);
  expect(error.code).toBe('FSAE_PLUGIN_SHAPE');
  expect(error.message).toContain(`"fsae-loss-x" is not a plugin`);
  expect(error.message).toContain(`    ${says}`);
});

test('says everything at once', () => {
  const { message } = errorOf({
    name: 'x',
    api: 1,
    version: 1,
    loses: {},
    losses: { a: {}, b: 1 },
    trainers: { c: 1 },
  });
  for (const start of ['version:', 'loses:', 'losses.a: options:', 'losses.a: create:', 'losses.b:', 'trainers.c:']) {
    expect(message).toContain(`\n    ${start}`);
  }
});
