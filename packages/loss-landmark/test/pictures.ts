import type { LossContext } from '@fsae/core';
import { fakeContext, fakeDataset } from '@fsae/core/testing';
import * as tf from '@tensorflow/tfjs';
import type { LandmarkNetwork } from '../src/network.js';

/** Pictures of 7 x 7 x 3 = 147 values, of which the first 136 are the landmarks themselves: what a loss reads can be written down. */
export const SIZE = 7;

type Point = readonly [x: number, y: number];
export type Landmarks = readonly Point[];

export const written: LandmarkNetwork = {
  side: SIZE,
  locate: (faces) => tf.reshape(tf.slice(tf.reshape(faces, [faces.shape[0], -1]), [0, 0], [-1, 136]), [-1, 68, 2]),
  dispose() {},
};

/** All points in the middle but the eyes' outer corners, which lie `size` apart; then each of `moved` by its displacement. */
export function face(size: number, moved: Readonly<Record<number, Point>> = {}): Landmarks {
  return Array.from({ length: 68 }, (_, point): Point => {
    const [x, y] = moved[point] ?? [0, 0];
    const corner = point === 36 ? -size / 2 : point === 45 ? size / 2 : 0;
    return [0.5 + corner + x, 0.5 + y];
  });
}

export function picture(...faces: Landmarks[]): tf.Tensor4D {
  const values = faces.flatMap((landmarks) => [...landmarks.flat(), ...new Array<number>(147 - 136).fill(0)]);
  return tf.tensor4d(values, [faces.length, SIZE, SIZE, 3]);
}

/** A context whose training faces are these; its datasets have landmarks when `known`. */
export function contextOf(faces: Readonly<Record<string, Landmarks[]>>, known = false): LossContext {
  return {
    ...fakeContext({ identities: Object.keys(faces), size: SIZE }),
    dataset: (identity) => ({ ...fakeDataset(identity), provides: known ? ['landmarks'] : [] }),
    async *faces(identity) {
      for (const landmarks of faces[identity] ?? []) yield picture(landmarks);
    },
  };
}
