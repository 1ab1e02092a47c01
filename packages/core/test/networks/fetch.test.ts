import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as tf from '@tensorflow/tfjs';
import { afterEach, expect, test, vi } from 'vitest';
import { addModel, checkModels, listModels } from '../../src/networks/models.js';
import { loadNetwork } from '../../src/networks/network.js';
import { contextIn, folderOfTest, pixels, unchanged } from './tiny.js';

await tf.setBackend('cpu');

afterEach(() => vi.unstubAllGlobals());

function packed(files: Readonly<Record<string, Uint8Array>>): Buffer {
  const blocks = Object.entries(files).flatMap(([path, bytes]) => {
    const header = Buffer.alloc(512);
    header.write(`package/${path}`, 0);
    header.write(bytes.length.toString(8).padStart(11, '0'), 124);
    header.write('0', 156);
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

const manifest = Buffer.from(JSON.stringify(pixels));
const binary = Buffer.from(unchanged.buffer);
const sha256 = createHash('sha256').update(manifest).update(binary).digest('hex');
// Weights stand before the model.json, as they do in the packages that this is for.
const tarball = packed({
  'models/pixels.bin': binary,
  'README.md': Buffer.from('read me'),
  'models/pixels.json': manifest,
});
const integrity = (bytes: Uint8Array) => `sha512-${createHash('sha512').update(bytes).digest('base64')}`;

/** In place of the network: what addresses answer; every request is remembered. */
function answer(answers: Readonly<Record<string, unknown>>): string[] {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (address: string) => {
    asked.push(address);
    const found = answers[address];
    if (found === undefined) return new Response('', { status: 404, statusText: 'Not Found' });
    return new Response(found instanceof Uint8Array ? new Uint8Array(found) : JSON.stringify(found));
  });
  return asked;
}

const REGISTRY = process.env['npm_config_registry']?.replace(/\/$/, '') ?? 'https://registry.npmjs.org';
const TARBALL = 'https://registry.example/nets-1.2.3.tgz';
const registry = (given: Uint8Array = tarball, hash = integrity(tarball)) => ({
  [`${REGISTRY}/@someone%2fnets/1.2.3`]: { version: '1.2.3', dist: { tarball: TARBALL, integrity: hash } },
  [TARBALL]: given,
});
const SOURCE = 'npm:@someone/nets@1.2.3/models/pixels.json';

test('from npm: fetched once, only what is needed is kept', async () => {
  const root = await folderOfTest();
  const context = contextIn(join(root, 'cache'));
  const asked = answer(registry());
  for (const _ of [1, 2]) {
    const network = await loadNetwork({ source: SOURCE, context, root });
    expect(network.sha256).toBe(sha256);
    network.dispose();
  }
  expect(asked).toHaveLength(2);
  expect(context.said).toEqual(['Fetching pixels.json from @someone/nets 1.2.3 of npm.']);
  const [folder] = await readdir(join(root, 'cache/models'));
  expect((await readdir(join(root, 'cache/models', folder!))).sort()).toEqual([
    'pixels.bin',
    'pixels.json',
    'source.json',
  ]);
});

test('a tarball that is not what the registry says is refused, and nothing is kept', async () => {
  const root = await folderOfTest();
  const load = () => loadNetwork({ source: SOURCE, context: contextIn(root), root });
  const refused = (message: RegExp) =>
    expect(load()).rejects.toThrow(
      expect.objectContaining({ code: 'FSAE_NETWORK_FETCH', message: expect.stringMatching(message) }),
    );
  answer(registry(packed({ 'models/pixels.json': manifest })));
  await refused(/has the SHA-512/);
  answer(registry(tarball, 'sha1-x'));
  await refused(/no SHA-512/);
  answer({});
  await refused(/404 Not Found/);
  const without = packed({ 'models/pixels.json': manifest });
  answer(registry(without, integrity(without)));
  await refused(/has no models\/pixels\.bin/);
  expect(existsSync(join(root, 'models'))).toBe(false);
});

test.each(['../out.bin', '/etc/out.bin', 'a/../../out.bin', 'https://else.example/out.bin', 'C:\\out.bin'])(
  'a model.json cannot reach out of its folder: %s',
  async (path) => {
    const root = await folderOfTest();
    const astray = { ...pixels, weightsManifest: [{ ...pixels.weightsManifest[0], paths: [path] }] };
    const bad = packed({ 'models/pixels.json': Buffer.from(JSON.stringify(astray)), 'out.bin': binary });
    answer(registry(bad, integrity(bad)));
    await expect(loadNetwork({ source: SOURCE, context: contextIn(root), root })).rejects.toThrow('lie elsewhere');
    expect(await readdir(root)).toEqual([]);
  },
);

test('from the web: the hash is part of the address', async () => {
  const root = await folderOfTest();
  const address = 'https://models.example/tiny/pixels.json';
  answer({ [address]: manifest, 'https://models.example/tiny/pixels.bin': binary });
  const stub = globalThis.fetch;
  const load = (hash: string) => loadNetwork({ source: `${address}#sha256=${hash}`, context: contextIn(root), root });
  await expect(load('0'.repeat(64))).rejects.toThrow(expect.objectContaining({ code: 'FSAE_NETWORK_DAMAGED' }));
  expect(globalThis.fetch).toBe(stub);
  const network = await load(sha256);
  expect(network.inputShape).toEqual([2, 2, 3]);
  network.dispose();
});

test('models: listed, added to the project, checked', async () => {
  const root = await folderOfTest();
  const where = { context: contextIn(join(root, 'cache')), root };
  expect(listModels(where)).toContainEqual(
    expect.objectContaining({ name: 'mobilefacenet', licence: 'MIT', stored: undefined }),
  );
  expect(await checkModels(where)).toEqual([]);
  answer(registry());
  const { file } = await addModel(SOURCE, where);
  expect(file.startsWith(join(root, '.fsae/models'))).toBe(true);
  expect(await checkModels(where)).toMatchObject([{ source: SOURCE, problem: undefined }]);

  // What the project holds is used without asking anybody.
  const asked = answer({});
  (await loadNetwork({ source: SOURCE, ...where })).dispose();
  expect(asked).toEqual([]);

  await writeFile(file, (await readFile(file, 'utf8')).replace('pixels', 'pixelz'));
  expect((await checkModels(where))[0]?.problem).toMatch(/not the one that was asked for/);
  await expect(loadNetwork({ source: SOURCE, ...where })).rejects.toThrow(
    expect.objectContaining({ code: 'FSAE_NETWORK_DAMAGED' }),
  );
});
