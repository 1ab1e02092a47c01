import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfig, searchPlaces } from '../../src/config/load.js';
import { project } from './project.js';

const identities = { ada: 'faces/ada', ben: 'faces/ben' };
const json = JSON.stringify({ identities });
const yaml = 'identities:\n  ada: faces/ada\n  ben: faces/ben\n';

describe('formats', () => {
  const formats: Record<string, string> = {
    'fsae.config.ts': `import { defineConfig } from '@fsae/core';\nexport default defineConfig(${json});`,
    'fsae.config.mts': `const identities: Record<string, string> = ${JSON.stringify(identities)};\nexport default { identities };`,
    'fsae.config.js': `export default ${json};`,
    'fsae.config.mjs': `export default ${json};`,
    'fsae.config.cjs': `module.exports = ${json};`,
    'fsae.config.json': json,
    'fsae.config.yaml': yaml,
    'fsae.config.yml': yaml,
    '.fsaerc': yaml,
    '.fsaerc.json': json,
    '.fsaerc.ts': `export default ${json} satisfies object;`,
    '.config/fsaerc': json,
    '.config/fsaerc.yaml': yaml,
    '.config/fsaerc.mts': `export default ${json};`,
    'package.json': JSON.stringify({ name: 'x', fsae: { identities } }),
  };
  for (const [name, text] of Object.entries(formats)) {
    test(name, async () => {
      const root = project({ [name]: text });
      expect(await loadConfig({ cwd: root })).toEqual({ config: { identities }, file: join(root, name), root });
    });
  }

  test('every place that is documented has a format that can be read', () => {
    expect(searchPlaces).toHaveLength(8 + 9 + 9 + 1);
    expect(Object.keys(formats).filter((name) => !searchPlaces.includes(name))).toEqual([]);
  });
});

describe('search', () => {
  test('goes up to the next package.json and no further', async () => {
    const root = project({ 'fsae.config.json': json, 'a/b/note.txt': '', 'c/package.json': '{}', 'c/d/note.txt': '' });
    expect((await loadConfig({ cwd: join(root, 'a/b') })).root).toBe(root);
    await expect(loadConfig({ cwd: join(root, 'c/d') })).rejects.toMatchObject({ code: 'FSAE_CONFIG_NOT_FOUND' });
  });

  test('takes the first of the places in order', async () => {
    const root = project({ '.fsaerc': yaml, 'fsae.config.yaml': 'name: first\n', 'package.json': `{"fsae":${json}}` });
    expect((await loadConfig({ cwd: root })).config).toEqual({ name: 'first' });
  });

  test('reads a changed file again', async () => {
    const files = (name: string) => ({ 'helper.ts': `export const name = '${name}';` });
    const config = `import { name } from './helper';\nexport default { name };`;
    const first = project({ ...files('one'), 'fsae.config.ts': config });
    expect((await loadConfig({ cwd: first })).config).toEqual({ name: 'one' });
    const { writeFileSync } = await import('node:fs');
    writeFileSync(join(first, 'helper.ts'), `export const name = 'two';`);
    expect((await loadConfig({ cwd: first })).config).toEqual({ name: 'two' });
  });
});

describe('code', () => {
  test('TypeScript with imported helpers, without TypeScript installed', async () => {
    const root = project({
      'people/index.ts': `export enum Person { Ada = 'faces/ada' }\nexport const ben: string = 'faces/ben';`,
      'fsae.config.ts': `
        import { join } from 'node:path';
        import { Person, ben } from './people/index.js';
        import type { Config } from '@fsae/core';
        const here: string = import.meta.dirname ?? join(import.meta.url, '..');
        export default { identities: { ada: Person.Ada, ben }, output: here.split('/').at(-1)! } satisfies Config;`,
    });
    expect(() => createRequire(join(root, 'x.js')).resolve('typescript')).toThrow();
    const { config } = await loadConfig({ cwd: root });
    expect(config).toEqual({ identities, output: root.split('/').at(-1) });
    expect(existsSync(join(root, 'node_modules'))).toBe(false);
  });

  test('a function is called, a promise awaited', async () => {
    const text = `export default async () => ({ identities: ${JSON.stringify(identities)} });`;
    expect((await loadConfig({ cwd: project({ 'fsae.config.mjs': text }) })).config).toEqual({ identities });
    const defined = `import { defineConfig } from '@fsae/core';\nexport default defineConfig(() => (${json}));`;
    expect((await loadConfig({ cwd: project({ 'fsae.config.ts': defined }) })).config).toEqual({ identities });
  });

  test('@fsae/core is the core that runs, with top-level await too', async () => {
    const text = `
      import * as core from '@fsae/core';
      const identities = await Promise.resolve(${JSON.stringify(identities)});
      export default { identities, core };`;
    const { config } = await loadConfig({ cwd: project({ 'fsae.config.ts': text }) });
    expect((config as unknown as { core: { FsaeError: unknown } }).core.FsaeError).toBe(
      (await import('../../src/index.js')).FsaeError,
    );
  });
});

describe('--config', () => {
  test('is a path from the working folder', async () => {
    const root = project({ 'configs/small.yaml': yaml, 'fsae.config.json': '{}' });
    const loaded = await loadConfig({ file: 'small.yaml', cwd: join(root, 'configs') });
    expect(loaded).toEqual({
      config: { identities },
      file: join(root, 'configs/small.yaml'),
      root: join(root, 'configs'),
    });
  });

  test('may be of any name', async () => {
    const root = project({ 'mine.ts': `export default ${json};`, config: yaml });
    expect((await loadConfig({ file: './mine.ts', cwd: root })).config).toEqual({ identities });
    expect((await loadConfig({ file: join(root, 'config'), cwd: '/' })).config).toEqual({ identities });
  });
});

describe('bad input', () => {
  const bad: Record<string, { files: Record<string, string>; file?: string; code: string; says: string | RegExp }> = {
    'no config': { files: {}, code: 'FSAE_CONFIG_NOT_FOUND', says: 'fsae init' },
    'a --config that does not exist': { files: {}, file: 'no.ts', code: 'FSAE_CONFIG_FILE_MISSING', says: '/no.ts' },
    'a --config of an unknown format': {
      files: { 'fsae.toml': '' },
      file: 'fsae.toml',
      code: 'FSAE_CONFIG_FORMAT',
      says: '.yaml',
    },
    'a folder': { files: { 'sub/x': '' }, file: 'sub', code: 'FSAE_CONFIG_LOAD', says: 'sub' },
    'broken JSON': { files: { 'fsae.config.json': '{ "a": }' }, code: 'FSAE_CONFIG_LOAD', says: 'JSON' },
    'broken YAML': { files: { '.fsaerc': 'a: [1' }, code: 'FSAE_CONFIG_LOAD', says: 'YAML' },
    'broken TypeScript': {
      files: { 'fsae.config.ts': 'export default {' },
      code: 'FSAE_CONFIG_LOAD',
      says: 'config.ts',
    },
    'an import that is missing': {
      files: { 'fsae.config.ts': `import './gone.js';\nexport default {};` },
      code: 'FSAE_CONFIG_LOAD',
      says: 'gone.js',
    },
    'code that throws': {
      files: { 'fsae.config.mjs': `throw new Error('no luck');` },
      code: 'FSAE_CONFIG_LOAD',
      says: 'no luck',
    },
    // cosmiconfig alone would take the ENOENT for a missing config and go on searching.
    'code that reads a missing file': {
      files: {
        'fsae.config.ts': `import { readFileSync } from 'node:fs';\nexport default readFileSync('/gone/at/all');`,
      },
      code: 'FSAE_CONFIG_LOAD',
      says: '/gone/at/all',
    },
    'a function that rejects': {
      files: { 'fsae.config.mjs': `export default async () => { throw new Error('not today'); };` },
      code: 'FSAE_CONFIG_LOAD',
      says: 'not today',
    },
    'an import of another config by $import': {
      files: { '.fsaerc.json': '{ "$import": "./gone.json" }' },
      code: 'FSAE_CONFIG_LOAD',
      says: '$import',
    },
    'an empty file': { files: { 'fsae.config.yaml': ' \n' }, code: 'FSAE_CONFIG_NO_OBJECT', says: 'an empty file' },
    'no default export': {
      files: { 'fsae.config.ts': 'export const identities = 1;' },
      code: 'FSAE_CONFIG_NO_OBJECT',
      says: 'default',
    },
    'a list': { files: { 'fsae.config.json': '[1, 2]' }, code: 'FSAE_CONFIG_NO_OBJECT', says: 'a list of 2' },
    'a function that returns nothing': {
      files: { 'fsae.config.cjs': 'module.exports = () => {};' },
      code: 'FSAE_CONFIG_NO_OBJECT',
      says: 'nothing',
    },
    'two identities of one name in JSON': {
      files: { 'fsae.config.json': '{\n\t"identities": {\n\t\t"ada": "a",\n\t\t"ada": "b"\n\t}\n}' },
      code: 'FSAE_CONFIG_IDENTITY_TWICE',
      says: /line 4.*"ada" twice/s,
    },
    'two identities of one name in YAML': {
      files: { 'fsae.config.yaml': `name: x\nidentities:\n  ada: a\n  ben: b\n  "ada": c\n` },
      code: 'FSAE_CONFIG_IDENTITY_TWICE',
      says: 'line 5',
    },
    'two identities of one name in package.json': {
      files: { 'package.json': '{ "fsae": { "identities": { "ada": "a", "ada": "b" } } }' },
      code: 'FSAE_CONFIG_IDENTITY_TWICE',
      says: 'line 1',
    },
    'a key twice': {
      files: { '.fsaerc.json': '{ "identities": { "a": "x", "b": "y" }, "losses": { "l1": 1, "l1": 2 } }' },
      code: 'FSAE_CONFIG_KEY_TWICE',
      says: '"l1"',
    },
  };
  for (const [name, { files, file, code, says }] of Object.entries(bad)) {
    test(name, async () => {
      const cwd = project(files);
      const error = await loadConfig({ cwd, ...(file === undefined ? {} : { file }) }).then(
        () => expect.unreachable(),
        (error: Error) => error,
      );
      expect(error).toMatchObject({ code });
      expect(error.message).toMatch(says);
    });
  }

  test('a key twice elsewhere in package.json is not ours to report', async () => {
    const root = project({ 'package.json': `{ "scripts": { "a": "1", "a": "2" }, "fsae": ${json} }` });
    expect((await loadConfig({ cwd: root })).config).toEqual({ identities });
  });
});
