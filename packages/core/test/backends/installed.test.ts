import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { assertOneTfjs } from '../../src/backends/one-tfjs.js';
import { createTfjsNode } from '../../src/backends/tfjs-node.js';

/** A project folder with these files; a package is a name with its version. */
async function project(packages: Readonly<Record<string, string>>, files: readonly string[] = []): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fsae-project-'));
  const write = async (file: string, text: string) => {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  };
  for (const [name, version] of Object.entries(packages)) {
    await write(
      join('node_modules', name, 'package.json'),
      JSON.stringify({ name: name.split('/node_modules/').at(-1), version }),
    );
  }
  for (const file of files) await write(join('node_modules', file), '');
  return folder;
}

const tfjsNode = '@tensorflow/tfjs-node';

test('a backend on another version of tfjs is refused, with both versions and both places', async () => {
  const folder = await project({ [tfjsNode]: '4.17.0', [`${tfjsNode}/node_modules/@tensorflow/tfjs-core`]: '4.17.0' });
  const installed = join(folder, 'node_modules', tfjsNode);
  let thrown: unknown;
  try {
    assertOneTfjs(tfjsNode, installed);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({ code: 'FSAE_BACKEND_TWO_TFJS' });
  const { message } = thrown as Error;
  expect(message).toContain(`4.17.0 (${join(installed, 'node_modules/@tensorflow/tfjs-core')})`);
  expect(message).toContain(`Expected: @tensorflow/tfjs-core ${tf.version_core}`);
  await expect(createTfjsNode({ gpu: false, from: [join(folder, 'package.json')] }).activate()).rejects.toMatchObject({
    code: 'FSAE_BACKEND_TWO_TFJS',
  });
});

test('a copy of the same version is fine', async () => {
  const folder = await project({ [tfjsNode]: '4.22.0', '@tensorflow/tfjs-core': tf.version_core });
  expect(() => assertOneTfjs(tfjsNode, join(folder, 'node_modules', tfjsNode))).not.toThrow();
});

test('tfjs-node says what is missing and how to get it', async () => {
  const addon = `${tfjsNode}/lib/napi-v8/tfjs_binding.node`;
  const library = `${tfjsNode}/deps/lib/libtensorflow.so.2.9.1`;
  const installed = { [tfjsNode]: '4.22.0' };
  const look = (folder: string) => createTfjsNode({ gpu: false, from: [join(folder, 'package.json')] }).available();

  expect(await look(await project({}))).toEqual({
    ok: false,
    reason: '@tensorflow/tfjs-node is not installed',
    install: 'npx fsae backend install tfjs-node',
  });
  expect(await look(await project(installed))).toMatchObject({
    ok: false,
    reason: expect.stringContaining('no native addon'),
  });
  expect(await look(await project(installed, [addon]))).toMatchObject({
    ok: false,
    reason: expect.stringContaining('no libtensorflow'),
  });
  expect(await look(await project(installed, [addon, library]))).toEqual({
    ok: true,
    detail: '@tensorflow/tfjs-node 4.22.0',
  });
});

test('an addon that does not load is an error of its own, with the reason', async () => {
  const folder = await project({ [tfjsNode]: '4.22.0' });
  const broken = "throw new Error('libtensorflow.so.2: cannot open shared object file\\nmore')";
  await writeFile(join(folder, 'node_modules', tfjsNode, 'index.js'), broken);
  await expect(createTfjsNode({ gpu: false, from: [join(folder, 'package.json')] }).activate()).rejects.toMatchObject({
    code: 'FSAE_BACKEND_LOAD',
    message: expect.stringContaining('libtensorflow.so.2: cannot open shared object file.'),
  });
});
