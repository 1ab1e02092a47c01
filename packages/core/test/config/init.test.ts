import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type NewConfig, writeConfig } from '../../src/config/init.js';
import { loadConfig } from '../../src/config/load.js';
import { resolveConfig } from '../../src/config/resolve.js';
import { project } from './project.js';

const identities = {
  ada: 'faces/ada',
  'Ben 2': "it's \\ here: #1",
  on: { use: 'avatars', person: 3 },
};
const settings = (dir: string, more: Partial<NewConfig> = {}): NewConfig => ({
  dir,
  format: 'ts',
  identities,
  preset: 'small-real',
  overwrite: false,
  ...more,
});

describe.each(['ts', 'json', 'yaml'] as const)('%s', (format) => {
  test('writes a config that loads, resolves and says the same', async () => {
    const dir = join(project({}), 'new/project');
    const file = await writeConfig(settings(dir, { format }));
    expect(file).toBe(join(dir, `fsae.config.${format}`));
    const { config, ...where } = await loadConfig({ cwd: dir });
    expect(where).toEqual({ file, root: dir });
    expect(config).toEqual({ identities, preset: 'small-real', backend: 'auto' });
    const resolved = await resolveConfig(config, where);
    expect(Object.keys(resolved.config.identities)).toEqual(Object.keys(identities));
  });

  test('is about ten lines, the comments included', async () => {
    const file = await writeConfig(
      settings(project({}), { format, identities: { ada: 'faces/ada', ben: 'faces/ben' } }),
    );
    expect(readFileSync(file, 'utf8').trim().split('\n').length).toBeLessThanOrEqual(12);
  });
});

test('leaves a config alone that is there, of any name, unless told to overwrite it', async () => {
  const dir = project({});
  const file = await writeConfig(settings(dir));
  writeFileSync(file, '// mine');
  await expect(writeConfig(settings(dir))).rejects.toMatchObject({ code: 'FSAE_CONFIG_EXISTS' });
  await expect(writeConfig(settings(dir, { format: 'json' }))).rejects.toMatchObject({ code: 'FSAE_CONFIG_EXISTS' });
  const shadowed = writeConfig(settings(dir, { format: 'json', overwrite: true }));
  await expect(shadowed).rejects.toMatchObject({ code: 'FSAE_CONFIG_EXISTS' });
  expect(readFileSync(file, 'utf8')).toBe('// mine');
  await writeConfig(settings(dir, { overwrite: true }));
  expect(readFileSync(file, 'utf8')).toContain('defineConfig');
});

test('writes nothing that would not load', async () => {
  const dir = project({});
  const one = writeConfig(settings(dir, { identities: { ada: 'a' } }));
  await expect(one).rejects.toMatchObject({ code: 'FSAE_CONFIG_INVALID' });
  await expect(writeConfig(settings(dir, { preset: 'smal' }))).rejects.toThrow('Did you mean "small"?');
  await expect(loadConfig({ cwd: dir })).rejects.toMatchObject({ code: 'FSAE_CONFIG_NOT_FOUND' });
});

test('says why a folder cannot be written', async () => {
  const dir = join(project({ file: '' }), 'file');
  await expect(writeConfig(settings(dir))).rejects.toMatchObject({ code: 'FSAE_CONFIG_WRITE' });
});
