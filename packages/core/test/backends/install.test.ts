import { chmod, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { installTfjsNode, removeTfjsNode } from '../../src/backends/install/tfjs-node.js';

const silent = { info: () => {}, warn: () => {} };
const { PATH, PYTHON, CXX, NODEDIR } = process.env;
const platform = Object.getOwnPropertyDescriptor(process, 'platform') as PropertyDescriptor;
let project: string;
let programs: string;

beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'fsae-install-'));
  programs = await mkdtemp(join(tmpdir(), 'fsae-programs-'));
  await writeFile(join(project, 'package.json'), '{}');
  for (const name of ['PYTHON', 'CXX']) delete process.env[name];
  // Nothing real is built here: the same on every machine.
  Object.defineProperty(process, 'platform', { ...platform, value: 'linux' });
  await mkdir(join(programs, 'include', 'node'), { recursive: true });
  await writeFile(join(programs, 'include', 'node', 'node_api.h'), '');
  process.env['NODEDIR'] = programs;
});

afterEach(() => {
  Object.defineProperty(process, 'platform', platform);
  for (const [name, value] of Object.entries({ PATH, PYTHON, CXX, NODEDIR })) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

/** A program on the path that is only a line of shell. */
async function program(name: string, line: string): Promise<void> {
  const file = join(programs, name);
  await writeFile(file, `#!/bin/sh\n${line}\n`);
  await chmod(file, 0o755);
}

test('everything that is missing is told at once, and nothing is changed', async () => {
  process.env['PATH'] = programs;
  await expect(installTfjsNode({ project, gpu: false }, silent)).rejects.toMatchObject({
    code: 'FSAE_BACKEND_INSTALL_TOOLS',
    message: expect.stringMatching(
      /has changed nothing:\n {4}Python 3\.9[\s\S]*\n {4}a C\+\+17 compiler[\s\S]*\n {4}npm \(/,
    ),
  });
  await program('python3', 'case "$*" in *pip*) exit 1;; esac');
  await expect(installTfjsNode({ project, gpu: false }, silent)).rejects.toMatchObject({
    message: expect.stringMatching(/nothing:\n {4}pip \(/),
  });
  expect(await readdir(project)).toEqual(['package.json']);
});

test('a system that PyPI has no library for is refused', async () => {
  Object.defineProperty(process, 'platform', { ...platform, value: 'win32' });
  await expect(installTfjsNode({ project, gpu: false }, silent)).rejects.toMatchObject({
    code: 'FSAE_BACKEND_INSTALL_PLATFORM',
    message: expect.stringContaining('win32'),
  });
});

test('a folder without package.json is refused', async () => {
  await expect(installTfjsNode({ project: join(project, 'none'), gpu: false }, silent)).rejects.toMatchObject({
    code: 'FSAE_BACKEND_INSTALL_PROJECT',
  });
});

test('a download that fails shows what pip said, and the project is as it was', async () => {
  const folder = join(project, 'node_modules', '@tensorflow', 'tfjs-node');
  process.env['PATH'] = [programs, '/usr/bin', '/bin'].join(delimiter);
  await program('g++', 'echo 12');
  await program('python3', 'case "$*" in *download*) echo "ERROR: No matching distribution" >&2; exit 1;; esac');
  await program(
    'npm',
    [
      `echo "$@" >> ${join(programs, 'npm.log')}`,
      `case "$1" in install) mkdir -p ${folder}; echo '{"version":"4.22.0"}' > ${join(folder, 'package.json')};;`,
      `uninstall) rm -r ${join(project, 'node_modules')};; esac`,
    ].join('\n'),
  );
  await expect(installTfjsNode({ project, gpu: false, tensorflow: '9.9.9' }, silent)).rejects.toMatchObject({
    code: 'FSAE_BACKEND_INSTALL_STEP',
    message: expect.stringMatching(
      /while downloading TensorFlow 9\.9\.9[\s\S]*tensorflow-cpu==9\.9\.9\nERROR: No matching/,
    ),
  });
  expect(await readdir(project)).toEqual(['package.json']);
  const calls = (await readFile(join(programs, 'npm.log'), 'utf8')).trim().split('\n');
  expect(calls).toEqual([
    '--version',
    expect.stringMatching(/^install --save-optional --ignore-scripts .*@tensorflow\/tfjs-node@4\.22\.\d+$/),
    expect.stringMatching(/^uninstall .*@tensorflow\/tfjs-node$/),
  ]);
});

test('removing takes away what was installed, and the package if it was added', async () => {
  const folder = join(project, 'node_modules', '@tensorflow', 'tfjs-node');
  const files = [
    'package.json',
    'fsae-install.json',
    'deps/lib/libtensorflow.so',
    'lib/napi-v8/tfjs_binding.node',
    'dist/index.js',
  ];
  for (const file of files) {
    await mkdir(join(folder, file, '..'), { recursive: true });
    await writeFile(join(folder, file), JSON.stringify({ version: '4.22.0', tensorflow: '2.21.0', added: false }));
  }
  await removeTfjsNode({ project, gpu: false });
  expect((await readdir(folder, { recursive: true })).sort()).toEqual(['dist', 'dist/index.js', 'lib', 'package.json']);
  await expect(removeTfjsNode({ project, gpu: false })).rejects.toMatchObject({ code: 'FSAE_BACKEND_INSTALL_NONE' });
});
