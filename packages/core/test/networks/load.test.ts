import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { loadNetwork, type NetworkDescription } from '../../src/networks/network.js';
import { contextIn, folderOfTest, writePixels } from './tiny.js';

await tf.setBackend('cpu');

const picture = () => tf.tensor4d([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 0, 0.5], [1, 2, 2, 3]);

async function outputOf(source: string, root: string, description?: NetworkDescription): Promise<number[]> {
  const context = contextIn(root);
  const network = await loadNetwork({ source, context, root, ...(description === undefined ? {} : { description }) });
  const output = tf.tidy(() => network.apply(picture()));
  const values = [...(await output.data())];
  output.dispose();
  network.dispose();
  return values;
}

const rounded = (values: readonly number[]) => values.map((value) => Math.round(value * 1e4) / 1e4);

test('a file: shape, hash, licence, output, and nothing left behind', async () => {
  const root = await folderOfTest();
  const file = await writePixels(root, { userDefinedMetadata: { fsae: { licence: 'MIT' } } });
  const before = tf.memory().numTensors;
  const network = await loadNetwork({ source: './pixels.json', context: contextIn(root), root });
  expect(network).toMatchObject({ inputShape: [2, 2, 3], licence: 'MIT' });
  const both = [await readFile(file), await readFile(join(root, 'pixels.bin'))];
  expect(network.sha256).toBe(createHash('sha256').update(Buffer.concat(both)).digest('hex'));
  const held = tf.memory().numTensors;
  for (let i = 0; i < 5; i++) {
    const image = picture();
    const slope = tf.grad((x) => tf.sum(network.apply(x as tf.Tensor4D)))(image);
    // Each channel goes to one output as it is.
    expect([...(await slope.data())]).toEqual(Array(12).fill(1));
    tf.dispose([slope, image]);
    expect(tf.memory().numTensors).toBe(held);
  }
  network.dispose();
  network.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test('pixels are scaled and ordered as the network wants them', async () => {
  const root = await folderOfTest();
  await writePixels(root);
  const outputWith = (description: NetworkDescription) => outputOf('./pixels.json', root, description);
  expect(rounded(await outputOf('./pixels.json', root)).slice(0, 3)).toEqual([0.1, 0.2, 0.3]);
  // (25.5 - 127.5) / 128, (51 - 127.5) / 128, (76.5 - 127.5) / 128
  expect(rounded(await outputWith({ input: { mean: 127.5, scale: 128, order: 'rgb' } })).slice(0, 3)).toEqual([
    -0.7969, -0.5977, -0.3984,
  ]);
  // Blue, green, red; the mean in that order: 76.5 - 1, 51 - 2, 25.5 - 3.
  expect(rounded(await outputWith({ input: { mean: [1, 2, 3], scale: 1, order: 'bgr' } })).slice(0, 3)).toEqual([
    75.5, 49, 22.5,
  ]);
});

test('what a file says of itself stands behind what the caller says', async () => {
  const root = await folderOfTest();
  const own = { input: { mean: 0, scale: 1, order: 'rgb' }, alignment: 'whole' } as const;
  await writePixels(root, { userDefinedMetadata: { fsae: own } });
  const context = contextIn(root);
  const network = await loadNetwork({
    source: './pixels.json',
    context,
    root,
    description: { input: { mean: 0, scale: 255, order: 'rgb' } },
    fallback: { alignment: 'arcface', licence: 'unknown' },
  });
  expect(network.description).toEqual({
    input: { mean: 0, scale: 255, order: 'rgb' },
    alignment: 'whole',
    licence: 'unknown',
  });
  network.dispose();
});

test('two callers of a run share one network; another run has its own', async () => {
  const root = await folderOfTest();
  await writePixels(root);
  const context = contextIn(root);
  const load = (other = context) => loadNetwork({ source: './pixels.json', context: other, root });
  const before = tf.memory().numTensors;
  const [first, second] = await Promise.all([load(), load()]);
  const held = tf.memory().numTensors;
  const elsewhere = await load(contextIn(root));
  expect(tf.memory().numTensors - held).toBe(held - before);
  elsewhere.dispose();
  first.dispose();
  first.dispose();
  const output = tf.tidy(() => second.apply(picture()));
  expect((await output.data())[0]).toBeCloseTo(0.1);
  output.dispose();
  second.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test('an installed package is used where it stands', async () => {
  const root = await folderOfTest();
  const folder = join(root, 'node_modules/@someone/nets/models');
  await mkdir(folder, { recursive: true });
  await writePixels(folder);
  await writeFile(join(folder, '../package.json'), JSON.stringify({ name: '@someone/nets', version: '1.2.3' }));
  for (const version of ['', '@1.2.3']) {
    expect(await outputOf(`npm:@someone/nets${version}/models/pixels.json`, root)).toHaveLength(12);
  }
});

test('what cannot be used is refused, and leaves nothing behind', async () => {
  const root = await folderOfTest();
  await writePixels(root);
  const before = tf.memory().numTensors;
  const refused = (source: string, code: string, message: RegExp, more = {}) =>
    expect(loadNetwork({ source, context: contextIn(root), root, ...more })).rejects.toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  await refused('mobilfacenet', 'FSAE_NETWORK_UNKNOWN', /Did you mean "mobilefacenet"/);
  await refused('./nowhere.json', 'FSAE_NETWORK_UNREADABLE', /ENOENT/);
  await refused('npm:@someone/nets', 'FSAE_NETWORK_SOURCE', /npm:package\/path/);
  await refused('npm:nets/../../secret.json', 'FSAE_NETWORK_SOURCE', /npm:package\/path/);
  await refused('https://example.org/model.json', 'FSAE_NETWORK_SOURCE', /sha256sum/);
  await refused('./pixels.json', 'FSAE_NETWORK_GRAPH', /no repair "sharpen"/, { repair: 'sharpen' });
  await writeFile(join(root, 'text.json'), 'not JSON');
  await refused('./text.json', 'FSAE_NETWORK_UNREADABLE', /JSON/);
  await writeFile(join(root, 'empty.json'), '{}');
  await refused('./empty.json', 'FSAE_NETWORK_UNREADABLE', /no weightsManifest/);
  await writePixels(root, { modelTopology: { node: [] } });
  await refused('./pixels.json', 'FSAE_NETWORK_REPAIR', /0 nodes and 0 constants/, { repair: 'mobilefacenet' });
  await writeFile(join(root, 'pixels.bin'), new Float32Array([Number.NaN, 0, 0, 0, 0, 0, 0, 0, 0]));
  await writeFile(join(root, 'nan.json'), JSON.stringify((await import('./tiny.js')).pixels));
  await refused('./nan.json', 'FSAE_NETWORK_GRAPH', /not finite/);
  expect(tf.memory().numTensors).toBe(before);
});
