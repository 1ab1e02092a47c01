import { mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { describe, expect, test } from 'vitest';
import { fsae, inFolder, type Outcome, run, TINY } from './fsae.js';

// A package from a template, untouched: what its author would do with it before and after publishing it.

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CORE = join(ROOT, 'packages/core');

/** The installed packages that a template names, without a registry: links to this workspace's. */
const PACKAGES: Readonly<Record<string, string>> = {
  '@fsae/core': CORE,
  '@arethetypeswrong/core': join(ROOT, 'node_modules/@arethetypeswrong/core'),
  '@tensorflow/tfjs': join(ROOT, 'node_modules/@tensorflow/tfjs'),
  publint: join(ROOT, 'node_modules/publint'),
  tsdown: join(ROOT, 'node_modules/tsdown'),
  typescript: join(ROOT, 'node_modules/typescript'),
  valibot: join(CORE, 'node_modules/valibot'),
  vitest: join(ROOT, 'node_modules/vitest'),
};

/** One of the installed tools, as an npm script would start it. */
async function tool(cwd: string, name: string, ...args: string[]): Promise<Outcome> {
  const manifest = createRequire(join(cwd, 'package.json')).resolve(`${name}/package.json`);
  const { bin } = JSON.parse(await readFile(manifest, 'utf8')) as { bin: string | Record<string, string> };
  const file = typeof bin === 'string' ? bin : (bin[args[0] as string] ?? (Object.values(bin)[0] as string));
  const rest = typeof bin === 'string' || bin[args[0] as string] === undefined ? args : args.slice(1);
  return run(process.execPath, [join(dirname(manifest), file), ...rest], cwd);
}

async function link(folder: string, packages: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, target] of Object.entries(packages)) {
    const at = join(folder, 'node_modules', name);
    await mkdir(dirname(at), { recursive: true });
    await symlink(target, at, 'junction');
  }
}

async function typesAndTests(folder: string): Promise<void> {
  const types = await tool(folder, 'typescript', 'tsc');
  expect(types.status, types.stdout).toBe(0);
  const tests = await tool(folder, 'vitest', 'run');
  expect(tests.status, tests.stdout + tests.stderr).toBe(0);
}

/** Types, tests, build and tarball of a generated package; returns the unpacked tarball's folder. */
async function built(folder: string): Promise<string> {
  await link(folder, PACKAGES);
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  // Every package it names is linked, and no other is.
  const named = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).sort();
  expect(named).toEqual(Object.keys(PACKAGES).sort());

  await typesAndTests(folder);
  const build = await tool(folder, 'tsdown');
  expect(build.status, build.stdout + build.stderr).toBe(0);

  const pack = await run('npm', ['pack', '--ignore-scripts', '--json'], folder);
  expect(pack.status, pack.stderr).toBe(0);
  const [{ filename, files }] = JSON.parse(pack.stdout) as [{ filename: string; files: { path: string }[] }];
  const paths = files.map(({ path }) => path);
  for (const path of ['LICENSE', 'README.md', 'dist/index.d.ts', 'dist/index.js']) expect(paths).toContain(path);
  expect(paths.filter((path) => path.startsWith('src') || path.startsWith('test'))).toEqual([]);

  const tarball = await readFile(join(folder, filename));
  const bytes = tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.length) as ArrayBuffer;
  expect((await publint({ pack: { tarball: bytes } })).messages).toEqual([]);
  const analysis = await checkPackage(createPackageFromTarballData(tarball));
  expect(analysis.types).not.toBe(false);
  // An ESM-only package: what CommonJS and node10 resolution find does not matter.
  const problems = (('problems' in analysis && analysis.problems) || []).filter(
    (problem) =>
      problem.kind !== 'CJSResolvesToESM' &&
      !('resolutionKind' in problem && ['node10', 'node16-cjs'].includes(problem.resolutionKind)),
  );
  expect(problems).toEqual([]);

  expect((await run('tar', ['-xzf', filename], folder)).status).toBe(0);
  return join(folder, 'package');
}

test(
  'a loss: under 60 lines, passes types, kit, build, publint and attw as it is, and trains',
  {
    timeout: 180_000,
  },
  () =>
    inFolder(async (folder) => {
      const created = await fsae(folder, ['create-plugin', 'soft-l1']);
      expect(created).toMatchObject({ status: 0, stderr: '' });
      const plugin = join(folder, 'fsae-loss-soft-l1');
      const sources = await readdir(join(plugin, 'src'));
      const lines = await Promise.all(
        sources.map(async (file) => (await readFile(join(plugin, 'src', file), 'utf8')).split('\n').length - 1),
      );
      expect(lines.reduce((sum, count) => sum + count)).toBeLessThan(60);
      const unpacked = await built(plugin);

      const project = join(folder, 'project');
      const { publint: _, ...rest } = PACKAGES;
      await link(project, rest);
      await rename(unpacked, join(project, 'node_modules/fsae-loss-soft-l1'));
      const config = {
        ...TINY,
        losses: { l1: 1, 'soft-l1': { weight: 0.5, epsilon: 0.01 } },
        train: { ...TINY.train, steps: 5 },
      };
      await writeFile(join(project, 'fsae.config.json'), JSON.stringify(config));
      const trained = await fsae(project, ['train']);
      expect(trained.stderr).not.toContain('FSAE_');
      expect(trained.stdout).toContain('Step 5 saved');
      const { plugins, losses } = JSON.parse(await readFile(join(project, 'runs/default/config.json'), 'utf8'));
      expect(plugins).toContainEqual({ name: 'fsae-loss-soft-l1', version: '0.1.0', from: 'fsae-loss-soft-l1' });
      expect(losses['soft-l1'].options).toEqual({ epsilon: 0.01 });
      const [first] = (await readFile(join(project, 'runs/default/metrics.jsonl'), 'utf8')).split('\n');
      expect(JSON.parse(first as string)['loss/soft-l1']).toBeGreaterThan(0);
    }),
);

test(
  'an encoder, a bottleneck and a decoder under a scope pass types and kit, and train together',
  {
    timeout: 180_000,
  },
  () =>
    inFolder(async (folder) => {
      const kinds = ['encoder', 'bottleneck', 'decoder'];
      for (const kind of kinds) {
        const created = await fsae(folder, ['create-plugin', '@you/mine', '--kind', kind]);
        expect(created).toMatchObject({ status: 0, stderr: '' });
      }
      await link(folder, PACKAGES);
      const { compilerOptions } = JSON.parse(await readFile(join(folder, 'fsae-decoder-mine/tsconfig.json'), 'utf8'));
      await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['fsae-*/**/*.ts'] }));
      await typesAndTests(folder);

      const plugins = kinds.map((kind) => `./fsae-${kind}-mine/src/index.ts`);
      const model = { encoder: 'mine', bottleneck: 'mine', decoder: 'mine' };
      await writeFile(join(folder, 'fsae.config.json'), JSON.stringify({ ...TINY, model, plugins }));
      const trained = await fsae(folder, ['train']);
      expect(trained.stderr).not.toContain('FSAE_');
      expect(trained.stdout).toContain('Step 3 saved');
      const saved = JSON.parse(await readFile(join(folder, 'runs/default/config.json'), 'utf8'));
      for (const [i, kind] of kinds.entries()) {
        expect(saved.plugins).toContainEqual({ name: `@you/fsae-${kind}-mine`, version: null, from: plugins[i] });
      }
    }),
);

describe('what cannot be created', () => {
  test.each([
    ['a name that npm refuses', ['Sharp Ness'], 'FSAE_PLUGIN_NAME'],
    ['a name of another kind', ['fsae-encoder-x', '--kind', 'loss'], 'FSAE_PLUGIN_NAME'],
    ['an unknown kind', ['x', '--kind', 'los'], 'FSAE_CLI_OPTION'],
    ['a folder with files in it', ['taken'], 'FSAE_PLUGIN_FOLDER'],
    ['no name', [], 'FSAE_CLI_USAGE'],
  ])('%s', (_, args, code) =>
    inFolder(async (folder) => {
      const taken = join(folder, 'fsae-loss-taken');
      await mkdir(taken);
      await writeFile(join(taken, 'mine.txt'), 'mine');
      const { status, stderr } = await fsae(folder, ['create-plugin', ...args]);
      expect(stderr).toContain(code);
      expect(stderr).toContain('To do:');
      expect(status).toBe(1);
      expect(await readdir(folder)).toEqual(['fsae-loss-taken']);
      expect(await readdir(taken)).toEqual(['mine.txt']);
    }),
  );
});
