import { describe, expect, test } from 'vitest';
import { resolveConfig } from '../../src/config/resolve.js';
import { discoverBackends, loadPlugin, loadPlugins } from '../../src/plugins/load.js';
import { createRegistry } from '../../src/plugins/registry.js';
import { installed, project } from '../config/project.js';

const schema = `{ '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } }`;
const lossPlugin = (name: string, loss: string) =>
  `export default { name: '${name}', api: 1, losses: { '${loss}': { options: ${schema}, create: () => ({}) } } };`;
const identities = { ada: 'faces/ada', ben: 'faces/ben' };

async function errorOf(promise: Promise<unknown>): Promise<Error & { code?: string }> {
  return promise.then(
    () => expect.unreachable(),
    (error: Error) => error,
  );
}

function resolveAt(root: string, config: object) {
  return resolveConfig({ identities, backend: 'cpu', ...config }, { file: `${root}/fsae.config.ts`, root });
}

describe('a plugin by name', () => {
  test('is a package, seen from the root of the config', async () => {
    const root = project(installed('fsae-loss-x', lossPlugin('fsae-loss-x', 'x')));
    expect(await loadPlugin('fsae-loss-x', root)).toMatchObject({
      plugin: { name: 'fsae-loss-x' },
      version: '1.4.0',
      from: 'fsae-loss-x',
    });
    expect(await loadPlugin('fsae-loss-x', `${root}/deeper/still`)).toMatchObject({ from: 'fsae-loss-x' });
  });

  test('may be scoped, may be CommonJS', async () => {
    const root = project({
      'node_modules/@me/fsae-loss-y/package.json': '{ "name": "@me/fsae-loss-y", "main": "./main.cjs" }',
      'node_modules/@me/fsae-loss-y/main.cjs': `exports.__esModule = true; exports.default = { name: 'y', api: 1 };`,
    });
    expect(await loadPlugin('@me/fsae-loss-y', root)).toEqual({
      plugin: { name: 'y', api: 1 },
      version: null,
      from: '@me/fsae-loss-y',
    });
  });

  test('is one module however often it is loaded', async () => {
    const root = project(installed('fsae-loss-x', lossPlugin('fsae-loss-x', 'x')));
    const [first, second] = [await loadPlugin('fsae-loss-x', root), await loadPlugin('fsae-loss-x', root)];
    expect(first.plugin).toBe(second.plugin);
  });
});

describe('a plugin by path', () => {
  test('is relative to the root, TypeScript too, and remembered with forward slashes', async () => {
    const root = project({
      'plugins/mine.ts': `
        import { definePlugin } from '@fsae/core';
        import { version } from './version';
        export default definePlugin({ name: 'mine', api: 1, version });`,
      'plugins/version.ts': `export const version: string = '3.1.0';`,
      'plain.mjs': `export default { name: 'plain', api: 1 };`,
    });
    expect(await loadPlugin('./plugins/../plugins/mine.ts', root)).toMatchObject({
      version: '3.1.0',
      from: './plugins/mine.ts',
    });
    expect(await loadPlugin(`${root}/plain.mjs`, root)).toMatchObject({ version: null, from: './plain.mjs' });
    expect(await loadPlugin('../plain.mjs', `${root}/plugins`)).toMatchObject({ from: '../plain.mjs' });
  });
});

describe('a plugin as an object', () => {
  test('is used as it is', async () => {
    const plugin = { name: 'mine', api: 1 } as const;
    const loaded = await loadPlugin(plugin, '/');
    expect(loaded).toEqual({ plugin, version: null, from: null });
    expect(loaded.plugin).toBe(plugin);
    const { registry, config } = await resolveAt('/', { plugins: [plugin] });
    expect(registry.plugins[1]?.plugin).toBe(plugin);
    expect(config.plugins).toEqual([{ name: 'mine', version: null, from: null }]);
  });
});

describe("core's own parts", () => {
  test('come first, by the same path', async () => {
    const [core] = await loadPlugins([], '/');
    expect(core).toMatchObject({ plugin: { name: '@fsae/core' }, from: null });
    expect(core?.version).toMatch(/^\d+\.\d+\.\d+/);
    const registry = createRegistry([core!]);
    expect(registry.names('losses')).toContain('l1');
    expect(registry.find('losses', 'l1')?.plugin).toBe(core);
    expect(registry.find('losses', 'toString')).toBeUndefined();
    expect(registry.find('trainers', 'l1')).toBeUndefined();
  });
});

describe('a part by the name of its package', () => {
  test('is found as @fsae/<kind>-<name>, then as fsae-<kind>-<name>, and remembered', async () => {
    const root = project({
      ...installed('@fsae/loss-first', lossPlugin('@fsae/loss-first', 'first')),
      ...installed('fsae-loss-first', `throw new Error('not this one');`),
      ...installed('fsae-loss-second', lossPlugin('fsae-loss-second', 'second'), '2.0.0-beta.1'),
    });
    const { config, registry } = await resolveAt(root, {
      losses: { first: 0.3, second: { margin: 1 }, again: { use: 'second', weight: 2 } },
    });
    expect(config.losses).toEqual({
      first: { use: 'first', weight: 0.3, options: {} },
      second: { use: 'second', weight: 1, options: { margin: 1 } },
      again: { use: 'second', weight: 2, options: {} },
    });
    expect(config.plugins).toEqual([
      { name: '@fsae/loss-first', version: '1.4.0', from: '@fsae/loss-first' },
      { name: 'fsae-loss-second', version: '2.0.0-beta.1', from: 'fsae-loss-second' },
    ]);
    expect(registry.find('losses', 'second')?.plugin.from).toBe('fsae-loss-second');
  });

  test('is not looked for when an entry of `plugins` brings it, nor when its weight is 0', async () => {
    const root = project({
      ...installed('fsae-loss-x', `throw new Error('not this one');`),
      'mine.ts': lossPlugin('mine', 'x'),
    });
    expect((await resolveAt(root, { plugins: ['./mine.ts'], losses: { x: 1 } })).config.plugins).toHaveLength(1);
    expect((await resolveAt(root, { losses: { x: 0, l1: 1 } })).config.plugins).toEqual([]);
  });

  test('works for every kind', async () => {
    const part = `{ x: { options: ${schema}, create: () => ({}) } }`;
    const root = project({
      ...installed('fsae-encoder-x', `export default { name: 'e', api: 1, encoders: ${part} };`),
      ...installed('fsae-dataset-x', `export default { name: 'd', api: 1, datasets: ${part} };`),
      ...installed('fsae-trainer-x', `export default { name: 't', api: 1, trainers: { x: class {} } };`),
      ...installed(
        'fsae-backend-x',
        `export default { name: 'b', api: 1, backends: { x: { name: 'x', deterministic: true, available() {}, activate() {} } } };`,
      ),
    });
    const { config } = await resolveAt(root, {
      identities: { ada: { use: 'x' }, ben: 'ben' },
      model: { encoder: 'x' },
      train: { use: 'x' },
      backend: 'x',
    });
    expect(config.plugins.map(({ name }) => name)).toEqual(['d', 'e', 't', 'b']);
  });
});

describe('auto', () => {
  const backend = (name: string) =>
    `export default { name: '${name}', api: 1, backends: { found: { name: 'found', deterministic: true, available() {}, activate() {} } } };`;

  test('sees the backends that are installed, and does not remember them', async () => {
    const root = project(installed('@fsae/backend-onnx', backend('@fsae/backend-onnx')));
    expect((await discoverBackends(root)).found).toMatchObject([{ from: '@fsae/backend-onnx' }]);
    const { config, registry, notes } = await resolveAt(root, { backend: 'auto' });
    expect(registry.names('backends')).toContain('found');
    expect([config.plugins, notes]).toEqual([[], []]);
  });

  test('goes on without one that does not load, and says so', async () => {
    const root = project(installed('@fsae/backend-onnx', `throw new Error('wrong libc');`));
    const { registry, notes } = await resolveAt(root, { backend: 'auto' });
    expect(registry.names('backends')).toContain('cpu');
    expect(notes).toEqual([expect.stringContaining('wrong libc')]);
  });

  test('does not load one twice that the config names', async () => {
    const root = project(installed('@fsae/backend-onnx', backend('@fsae/backend-onnx')));
    const { registry } = await resolveAt(root, { backend: 'auto', plugins: ['@fsae/backend-onnx'] });
    expect(registry.names('backends').filter((name) => name === 'found')).toHaveLength(1);
  });
});

describe('bad input', () => {
  const thrower = installed('fsae-loss-bad', `throw new TypeError('no luck');`);
  const cases: Record<string, { files?: Record<string, string>; config: object; code: string; says: string | RegExp }> =
    {
      'an unknown plugin': {
        config: { plugins: ['fsae-loss-gone'] },
        code: 'FSAE_PLUGIN_MISSING',
        says: 'npm i fsae-loss-gone',
      },
      'a path without a file': {
        config: { plugins: ['./gone.ts'] },
        code: 'FSAE_PLUGIN_MISSING',
        says: '/gone.ts does not exist',
      },
      'a path without its dot': {
        files: { 'plugins/mine.ts': '' },
        config: { plugins: ['plugins/mine.ts'] },
        code: 'FSAE_PLUGIN_MISSING',
        says: 'write "./plugins/mine.ts"',
      },
      'an unknown loss': {
        config: { losses: { perceptual: 1 } },
        code: 'FSAE_PLUGIN_PART_MISSING',
        says: /losses\.perceptual: there is no loss "perceptual"\. Known: "l1", .*Neither @fsae\/loss-perceptual nor fsae-loss-perceptual is installed in \//,
      },
      'a misspelt loss': {
        config: { losses: { lpisp: 1 } },
        code: 'FSAE_PLUGIN_PART_MISSING',
        says: 'Did you mean "lpips"? Install it: npm i @fsae/loss-lpips',
      },
      'an unknown dataset': {
        config: { identities: { ada: { use: 'avatar' }, ben: 'b' } },
        code: 'FSAE_PLUGIN_PART_MISSING',
        says: 'identities.ada: there is no dataset "avatar". Did you mean "avatars"?',
      },
      'a misspelt backend': {
        config: { backend: 'wasn' },
        code: 'FSAE_PLUGIN_PART_MISSING',
        says: 'backend: there is no backend "wasn". Did you mean "wasm"?',
      },
      'an unknown trainer': {
        config: { train: { use: 'mine' } },
        code: 'FSAE_PLUGIN_PART_MISSING',
        says: 'train.use: there is no trainer "mine". Known: "alternating".',
      },
      'a package that brings another part than its name says': {
        files: installed('fsae-loss-x', lossPlugin('fsae-loss-x', 'y')),
        config: { losses: { x: 1 } },
        code: 'FSAE_PLUGIN_PART_MISSING',
        says: '"fsae-loss-x" is installed, but brings none of that name.',
      },
      'a plugin that throws at import': {
        files: thrower,
        config: { plugins: ['fsae-loss-bad'] },
        code: 'FSAE_PLUGIN_THROWS',
        says: '"fsae-loss-bad" throws while it is imported: no luck',
      },
      'a plugin by convention that throws at import': {
        files: thrower,
        config: { losses: { bad: 1 } },
        code: 'FSAE_PLUGIN_THROWS',
        says: 'no luck',
      },
      'a plugin whose peer is missing': {
        files: installed('fsae-loss-bad', `import 'not-installed-at-all'; export default {};`),
        config: { losses: { bad: 1 } },
        code: 'FSAE_PLUGIN_THROWS',
        says: 'not-installed-at-all',
      },
      'a plugin file that does not parse': {
        files: { 'mine.ts': 'export default {' },
        config: { plugins: ['./mine.ts'] },
        code: 'FSAE_PLUGIN_THROWS',
        says: '"./mine.ts" throws',
      },
      'a plugin of api 2': {
        files: installed('fsae-loss-x', `export default { name: 'fsae-loss-x', api: 2, losses: {} };`),
        config: { losses: { x: 1 } },
        code: 'FSAE_PLUGIN_API',
        says: /"fsae-loss-x" 1\.4\.0 was built for plugin API 2; @fsae\/core \d+\.\d+\.\d+ supports 1\./,
      },
      'a package that is no plugin': {
        files: installed('fsae-loss-x', 'export const losses = {};'),
        config: { plugins: ['fsae-loss-x'] },
        code: 'FSAE_PLUGIN_SHAPE',
        says: 'expected a plugin object, received nothing',
      },
      'two plugins that bring one loss': {
        files: { 'a.mjs': lossPlugin('a', 'x'), 'b.mjs': lossPlugin('b', 'x') },
        config: { plugins: ['./a.mjs', './b.mjs'] },
        code: 'FSAE_PLUGIN_DUPLICATE',
        says: 'Two plugins bring a loss "x": "a" and "b".',
      },
      "a plugin that brings a loss of core's": {
        files: { 'a.mjs': lossPlugin('a', 'l1') },
        config: { plugins: ['./a.mjs'] },
        code: 'FSAE_PLUGIN_DUPLICATE',
        says: '"@fsae/core" and "a"',
      },
      'two plugins of one name': {
        files: { 'a.mjs': lossPlugin('a', 'x'), 'b.mjs': lossPlugin('a', 'y') },
        config: { plugins: ['./a.mjs', './b.mjs'] },
        code: 'FSAE_PLUGIN_TWICE',
        says: '"a"',
      },
    };
  for (const [name, { files = {}, config, code, says }] of Object.entries(cases)) {
    test(name, async () => {
      const error = await errorOf(resolveAt(project(files), config));
      expect(error).toMatchObject({ code });
      expect(error.message).toMatch(says);
    });
  }

  test('the original error is the cause of what a plugin throws', async () => {
    const error = await errorOf(loadPlugin('fsae-loss-bad', project(thrower)));
    expect((error.cause as Error).constructor.name).toBe('TypeError');
  });
});
