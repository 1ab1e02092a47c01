import { fakeContext, fakeDataset } from '@fsae/core/testing';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import type { LandmarkNetwork } from '../src/network.js';
import { LandmarkReader } from '../src/reader.js';

beforeAll(() => tf.setBackend('cpu'));

type Frame = NonNullable<LandmarkNetwork['frame']>;

const NETWORK: Frame = [
  [0.3, 0.3],
  [0.7, 0.3],
  [0.5, 0.5],
  [0.4, 0.7],
  [0.6, 0.7],
];
const placed = (side: number, left: number, top: number): Frame =>
  NETWORK.map(([x, y]) => [left + side * x, top + side * y]);

/** Answers with the place of the brightest spot: the centre of mass of the face, for all points. */
const spotter: LandmarkNetwork = {
  side: 32,
  frame: NETWORK,
  locate(faces) {
    const places = tf.tensor1d(Array.from({ length: 32 }, (_, i) => (i + 0.5) / 32));
    const light = tf.mean(faces, 3);
    const total = tf.sum(light, [1, 2]);
    const x = tf.div(tf.sum(tf.mul(light, places), [1, 2]), total);
    const y = tf.div(tf.sum(tf.mul(light, tf.expandDims(places, 1)), [1, 2]), total);
    return tf.tile(tf.expandDims(tf.stack([x, y], 1), 1), [1, 68, 1]) as tf.Tensor3D;
  },
  dispose() {},
};

test("points come back to where they are in the picture, whatever the frame of each person's faces", async () => {
  const frames: Record<string, Frame> = { src: placed(0.5, 0.25, 0.25), dst: placed(1.25, -0.125, 0) };
  const context = {
    ...fakeContext(),
    dataset: (identity: string) => ({ ...fakeDataset(identity), frame: frames[identity]! }),
  };
  const reader = new LandmarkReader(spotter, context);
  // A spot of 4 pixels around (0.4, 0.55) of pictures of 40 pixels: columns 14..17 and rows 20..23.
  const values = new Float32Array(40 * 40 * 3);
  for (let row = 20; row < 24; row++)
    for (let column = 14; column < 18; column++) values.fill(1, (row * 40 + column) * 3, (row * 40 + column) * 3 + 3);
  const image = tf.tensor4d(values, [1, 40, 40, 3]);
  for (const points of reader.read([
    { identity: 'src', image },
    { identity: 'dst', image },
  ])) {
    expect(points.shape).toEqual([1, 68, 2]);
    const [x, y] = await points.data();
    expect(x).toBeCloseTo(0.4, 2);
    expect(y).toBeCloseTo(0.55, 2);
  }
});
