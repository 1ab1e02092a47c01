import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FsaeError } from '@fsae/core';
import * as tf from '@tensorflow/tfjs';
import type { LpipsOptions } from './options.js';

/** Constants by name: kernels [rows, columns, in, out], biases [out], and the learned weights of each layer's channels, lin0 ... */
export type FrozenWeights = Readonly<Record<string, tf.Tensor>>;

interface Manifest {
  readonly dtype: 'float16' | 'float32';
  /** Of the .bin, in hexadecimal. */
  readonly sha256?: string;
  readonly tensors: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly offset: number;
    readonly bytes: number;
  }[];
}

/**
 * Reads a network's weights: the package's own, or those of a manifest whose relative path starts at `root`. The caller
 * disposes them.
 * @throws FSAE_LPIPS_WEIGHTS when they cannot be read or are not what the manifest says.
 */
export async function readWeights({ net, weights }: LpipsOptions, root: string): Promise<FrozenWeights> {
  const file =
    weights === undefined ? fileURLToPath(new URL(`../weights/${net}.json`, import.meta.url)) : resolve(root, weights);
  const problem = (what: string, received: string, cause?: unknown) =>
    new FsaeError(
      'FSAE_LPIPS_WEIGHTS',
      {
        what: `The weights of LPIPS (${net}) ${what}.`,
        expected: `a manifest and its .bin: ${file}`,
        received,
        todo:
          weights === undefined ? 'Install @fsae/loss-lpips again.' : 'Correct the path or get the two files again.',
      },
      cause === undefined ? undefined : { cause },
    );

  let manifest: Manifest;
  let bytes: Uint8Array;
  try {
    manifest = JSON.parse(await readFile(file, 'utf8'));
    bytes = await readFile(file.replace(/\.json$/, '.bin'));
  } catch (error) {
    throw problem('cannot be read', String(error), error);
  }
  const hash = createHash('sha256').update(bytes).digest('hex');
  if (manifest.sha256 !== undefined && manifest.sha256 !== hash) throw problem('are damaged', `SHA-256 ${hash}`);

  const values = manifest.dtype === 'float16' ? halves(bytes) : floats(bytes);
  const size = bytes.length / values.length;
  const arrays = manifest.tensors.map(({ name, shape, offset, bytes: length }) => {
    const slice = values.slice(offset / size, (offset + length) / size);
    const elements = shape.reduce((product, side) => product * side, 1);
    if (slice.length !== elements) throw problem('are incomplete', `${slice.length} of ${elements} values of ${name}`);
    return { name, shape, slice };
  });
  return Object.fromEntries(arrays.map(({ name, shape, slice }) => [name, tf.tensor(slice, [...shape])]));
}

function floats(bytes: Uint8Array): Float32Array {
  return new Float32Array(bytes.slice().buffer);
}

/** IEEE 754 binary16, little-endian: Node 20 has no Float16Array. */
function halves(bytes: Uint8Array): Float32Array {
  return Float32Array.from(new Uint16Array(bytes.slice().buffer), (half) => {
    const sign = half >> 15 === 0 ? 1 : -1;
    const exponent = (half >> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}
