import type { LossContext } from '@fsae/core';
import * as tf from '@tensorflow/tfjs';
import { faceSize, POINTS } from './points.js';
import type { LandmarkReader } from './reader.js';

/** A person's mean landmarks as the network reads them, [68][2], and the size of that face. */
export interface MeanShape {
  readonly points: number[][];
  readonly size: number;
}

/** Over the training faces of an identity. */
export async function meanShape(
  identity: string,
  context: Pick<LossContext, 'faces'>,
  reader: LandmarkReader,
): Promise<MeanShape> {
  const sum = new Float64Array(POINTS * 2);
  let count = 0;
  for await (const image of context.faces(identity)) {
    const points = tf.tidy(() => tf.sum(reader.read([{ identity, image }])[0]!, 0));
    const values = await points.data();
    for (let i = 0; i < sum.length; i++) sum[i]! += values[i]!;
    count += image.shape[0];
    tf.dispose([points, image]);
  }
  const points = Array.from({ length: POINTS }, (_, i) => [sum[2 * i]! / count, sum[2 * i + 1]! / count]);
  const size = tf.tidy(() => faceSize(tf.tensor3d([points])));
  const [value] = await size.data();
  size.dispose();
  return { points, size: value! };
}

/** How far points [batch, 68, 2] lie from the person's mean, in sizes of that face. */
export function displacement(points: tf.Tensor3D, { points: mean, size }: MeanShape): tf.Tensor3D {
  return tf.div(tf.sub(points, mean), size);
}
