import '@tensorflow/tfjs-backend-wasm';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { avatar, frame, person, samplePose } from '@fsae/avatars';
import { fakeContext } from '@fsae/core/testing';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MESH_POINTS, meshToPoints } from '../src/mesh.js';
import { openNetwork } from '../src/network.js';

await tf.setBackend('wasm');

const context = fakeContext();
const fixture: { readonly points: readonly number[] } = JSON.parse(
  await readFile(new URL('fixtures/avatars.json', import.meta.url), 'utf8'),
);

describe('the network for avatars', () => {
  test('says what it said in PyTorch when it was written', async () => {
    const network = await openNetwork('avatars', context);
    const values = Float32Array.from({ length: 64 * 64 * 3 }, (_, i) => 0.5 + 0.5 * Math.sin(i / 100));
    const points = await network.locate(tf.tensor4d(values, [1, 64, 64, 3])).data();
    expect(Math.max(...points.map((value, i) => Math.abs(value - fixture.points[i]!)))).toBeLessThan(1e-4);
    network.dispose();
  });

  test('reads people and poses that it was not trained on: one to sixteen', async () => {
    const network = await openNetwork('avatars', context);
    const errors: number[] = [];
    for (let number = 1; number <= 16; number++) {
      const face = avatar(person(number), samplePose(3, number));
      const image = tf.tensor4d(
        Float32Array.from(await face.image(64), (byte) => byte / 255),
        [1, 64, 64, 3],
      );
      const points = await network.locate(image).data();
      const at = (values: Float32Array, point: number) => [values[2 * point]!, values[2 * point + 1]!] as const;
      const distance = ([x, y]: readonly [number, number], [u, w]: readonly [number, number]) =>
        Math.hypot(x - u, y - w);
      const size = distance(at(face.landmarks, 36), at(face.landmarks, 45));
      for (let point = 0; point < 68; point++) {
        errors.push(distance(at(points as Float32Array, point), at(face.landmarks, point)) / size);
      }
    }
    const mean = errors.reduce((sum, error) => sum + error / errors.length, 0);
    expect(mean).toBeLessThan(0.025);
    network.dispose();
  });

  test('expects faces where avatars have them', async () => {
    const network = await openNetwork('avatars', context);
    expect(network.frame).toEqual(frame);
    network.dispose();
  });

  test('is small', async () => {
    const weights = await readFile(new URL('../weights/avatars.bin', import.meta.url));
    expect(weights.length).toBeLessThan(300_000);
  });

  test('gives back all that it takes', async () => {
    const before = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) {
      const network = await openNetwork('avatars', context);
      tf.dispose(tf.tidy(() => network.locate(tf.zeros([2, 64, 64, 3]))));
      network.dispose();
    }
    expect(tf.memory().numTensors).toBe(before);
  });
});

test("the mesh's vertices become iBUG's points: x and y over the side, z left out", async () => {
  const mesh = Float32Array.from({ length: MESH_POINTS * 3 }, (_, i) => i);
  const points = await tf.matMul(tf.tensor2d(mesh, [1, MESH_POINTS * 3]), meshToPoints(192)).data();
  // The chin (8) is vertex 152, the tip of the nose (30) is 4, the corners of the mouth (48, 54) are 61 and 291.
  for (const [point, vertex] of [
    [8, 152],
    [30, 4],
    [48, 61],
    [54, 291],
    [36, 33],
    [45, 263],
  ] as const) {
    expect(points[2 * point]).toBeCloseTo((3 * vertex) / 192, 4);
    expect(points[2 * point + 1]).toBeCloseTo((3 * vertex + 1) / 192, 4);
  }
});

describe('a network of your own', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fsae-landmark-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** A LayersModel as TF.js saves it: one matrix from pictures of 8 pixels to `outputs` numbers. */
  async function written(outputs: number): Promise<string> {
    const model = tf.sequential({
      layers: [tf.layers.flatten({ inputShape: [8, 8, 3] }), tf.layers.dense({ units: outputs })],
    });
    const file = join(folder, `${outputs}.json`);
    await model.save({
      async save({ modelTopology, weightSpecs, weightData }) {
        const manifest = [{ paths: [`${outputs}.bin`], weights: weightSpecs }];
        await writeFile(file, JSON.stringify({ format: 'layers-model', modelTopology, weightsManifest: manifest }));
        await writeFile(join(folder, `${outputs}.bin`), new Uint8Array(weightData as ArrayBuffer));
        return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
      },
    });
    model.dispose();
    return file;
  }

  test('is read from its file when it gives 68 points', async () => {
    // A path in a config starts at the config, wherever the command is run.
    const model = relative(folder, await written(136));
    const network = await openNetwork(model, { ...context, root: folder });
    expect(network.side).toBe(8);
    expect(network.locate(tf.zeros([3, 8, 8, 3])).shape).toEqual([3, 68, 2]);
    network.dispose();
  });

  test('is read from its file when it gives a mesh', async () => {
    const network = await openNetwork(await written(MESH_POINTS * 3), context);
    expect(network.locate(tf.zeros([3, 8, 8, 3])).shape).toEqual([3, 68, 2]);
    network.dispose();
  });

  test('is refused when it gives something else, and leaves nothing behind', async () => {
    const file = await written(10);
    const before = tf.memory().numTensors;
    await expect(openNetwork(file, context)).rejects.toThrow(
      expect.objectContaining({
        code: 'FSAE_LANDMARK_MODEL',
        message: expect.stringContaining('8 x 8 pixels to 10 numbers'),
      }),
    );
    expect(tf.memory().numTensors).toBe(before);
  });

  test('that does not exist is an error of the networks', async () => {
    await expect(openNetwork(join(folder, 'none.json'), context)).rejects.toThrow(
      expect.objectContaining({ code: 'FSAE_NETWORK_UNREADABLE' }),
    );
  });
});
