import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { LoadNetworkOptions } from '../../src/networks/network.js';

export async function folderOfTest(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fsae-networks-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A context of a run of its own that remembers what was said. */
export function contextIn(cacheDir: string): LoadNetworkOptions['context'] & { readonly said: string[] } {
  const said: string[] = [];
  const say = (message: string) => void said.push(message);
  return { cacheDir, logger: { info: say, warn: say }, signal: new AbortController().signal, said };
}

/** A LayersModel that gives the pixels back as [batch, 2 * 2 * 3]; no weights but one that nobody uses. */
export const pixels = {
  format: 'layers-model',
  modelTopology: {
    class_name: 'Sequential',
    config: {
      name: 'pixels',
      layers: [
        {
          class_name: 'Dense',
          config: {
            name: 'dense',
            units: 3,
            use_bias: false,
            activation: 'linear',
            batch_input_shape: [null, 2, 2, 3],
            dtype: 'float32',
          },
        },
        { class_name: 'Flatten', config: { name: 'flatten' } },
      ],
    },
  },
  weightsManifest: [{ paths: ['pixels.bin'], weights: [{ name: 'dense/kernel', shape: [3, 3], dtype: 'float32' }] }],
};

/** Of `pixels`: every channel as it is. */
export const unchanged = new Float32Array([1, 0, 0, 0, 1, 0, 0, 0, 1]);

/** Writes `pixels`, with changes, into a folder; returns its path. */
export async function writePixels(folder: string, changes: object = {}): Promise<string> {
  const file = join(folder, 'pixels.json');
  await writeFile(file, JSON.stringify({ ...pixels, ...changes }));
  await writeFile(join(folder, 'pixels.bin'), unchanged);
  return file;
}
