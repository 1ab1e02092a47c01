import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LossContext } from '@fsae/core';
import * as tf from '@tensorflow/tfjs';
import { unit } from './recogniser.js';

export type Embed = (identity: string, pictures: tf.Tensor4D) => tf.Tensor2D;

/**
 * The mean embedding of an identity's training faces, at length 1: [1, features]. Kept in the cache under a hash of the
 * faces as they are (another split, size or file is another hash) and of `recogniser`, whatever tells one from another.
 * The caller disposes it.
 */
export async function centroidOf(
  identity: string,
  context: Pick<LossContext, 'faces' | 'cacheDir' | 'signal'>,
  recogniser: string,
  embed: Embed,
): Promise<tf.Tensor2D> {
  const file = join(context.cacheDir, 'centroids', `${await hashOf(identity, context, recogniser)}.f32`);
  const known = await readFile(file).catch(() => undefined);
  if (known !== undefined)
    return tf.tensor2d(new Float32Array(known.buffer.slice(known.byteOffset)), [1, known.length / 4]);
  const centroid = await mean(identity, context, embed);
  await keep(file, (await centroid.data()) as Float32Array);
  return centroid;
}

/** Seconds for thousands of faces; embedding them takes minutes. */
async function hashOf(
  identity: string,
  { faces, signal }: Pick<LossContext, 'faces' | 'signal'>,
  recogniser: string,
): Promise<string> {
  const hash = createHash('sha256').update(recogniser);
  for await (const pictures of faces(identity)) {
    hash.update(JSON.stringify(pictures.shape)).update((await pictures.data()) as Float32Array);
    pictures.dispose();
    signal.throwIfAborted();
  }
  return hash.digest('hex');
}

async function mean(
  identity: string,
  { faces, signal }: Pick<LossContext, 'faces' | 'signal'>,
  embed: Embed,
): Promise<tf.Tensor2D> {
  let sum: tf.Tensor | undefined;
  for await (const pictures of faces(identity)) {
    const before = sum;
    sum = tf.tidy(() => {
      const batch = tf.sum(embed(identity, pictures), 0, true);
      return before === undefined ? batch : tf.add(before, batch);
    });
    tf.dispose([pictures, before ?? []]);
    if (signal.aborted) sum.dispose();
    signal.throwIfAborted();
  }
  if (sum === undefined) throw new RangeError(`Identity "${identity}" has no training face.`);
  const total = sum;
  const centroid = tf.tidy(() => unit(total as tf.Tensor2D));
  total.dispose();
  return centroid;
}

/** A file that cannot be written only means that the work is done again. */
async function keep(file: string, values: Float32Array): Promise<void> {
  const temporary = `${file}.${process.pid}`;
  try {
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(temporary, values);
    await rename(temporary, file);
  } catch {}
}
