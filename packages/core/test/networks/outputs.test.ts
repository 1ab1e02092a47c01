import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { loadNetwork } from '../../src/networks/network.js';
import { contextIn, folderOfTest } from './tiny.js';

await tf.setBackend('cpu');

const float = { T: { type: 'DT_FLOAT' } };

/** x [n, 1, 2, 3] to twice itself, to its negative, and to the sum over its channels. */
const graph = {
  format: 'graph-model',
  modelTopology: {
    node: [
      {
        name: 'x',
        op: 'Placeholder',
        attr: {
          dtype: { type: 'DT_FLOAT' },
          shape: { shape: { dim: [{ size: '-1' }, { size: '1' }, { size: '2' }, { size: '3' }] } },
        },
      },
      { name: 'axes', op: 'Const', attr: { dtype: { type: 'DT_INT32' } } },
      { name: 'twice', op: 'AddV2', input: ['x', 'x'], attr: float },
      { name: 'negative', op: 'Neg', input: ['x'], attr: float },
      { name: 'sum', op: 'Sum', input: ['x', 'axes'], attr: { ...float, keep_dims: { b: false } } },
    ],
    versions: {},
  },
  weightsManifest: [{ paths: ['graph.bin'], weights: [{ name: 'axes', shape: [1], dtype: 'int32' }] }],
};

test('several outputs are flattened and joined, in the order asked for; one is left as it is', async () => {
  const root = await folderOfTest();
  await writeFile(join(root, 'graph.json'), JSON.stringify(graph));
  await writeFile(join(root, 'graph.bin'), Int32Array.of(3));
  const image = tf.tensor4d([1, 2, 3, 4, 5, 6], [1, 1, 2, 3]);
  const outputOf = async (output: string | readonly string[]) => {
    const network = await loadNetwork({
      source: './graph.json',
      context: contextIn(root),
      root,
      description: { output },
    });
    const result = tf.tidy(() => network.apply(image));
    const values = [...(await result.data())];
    network.dispose();
    return { shape: result.shape, values };
  };
  expect(await outputOf(['sum', 'negative'])).toEqual({ shape: [1, 8], values: [6, 15, -1, -2, -3, -4, -5, -6] });
  expect(await outputOf(['negative', 'sum'])).toEqual({ shape: [1, 8], values: [-1, -2, -3, -4, -5, -6, 6, 15] });
  expect(await outputOf('twice')).toEqual({ shape: [1, 1, 2, 3], values: [2, 4, 6, 8, 10, 12] });
  await expect(outputOf(['absent'])).rejects.toMatchObject({ code: 'FSAE_NETWORK_GRAPH' });
});
