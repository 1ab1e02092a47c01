import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, isFsaeError, type OnnxProgram, train } from '@fsae/core';
import type { DependencyContainer } from '@fsae/core/di';
import { fakeRunContext } from '@fsae/core/testing';
import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, test } from 'vitest';
import plugin from '../src/index.js';
import type { NativeTensor } from '../src/runtime.js';
import { loadRuntime } from '../src/runtime.js';
import { provider } from './both.js';
import { generator } from './network.js';

// The file is read by the session of onnxruntime, in any number of pictures, and says what the live program says.

beforeEach(() => provider.activate({ threads: 1 }));

type Run = OnnxProgram['run'];

function written(run: Run, shape: readonly [number, number, number], metadata = {}): Uint8Array {
  return provider.toOnnx!({ input: { name: 'faces', shape }, output: { name: 'swapped' }, metadata, run });
}

function runFile(bytes: Uint8Array, x: Float32Array, dims: number[], outDims: number[]): Float32Array {
  const session = loadRuntime().createSession();
  session.loadModel(bytes.buffer, bytes.byteOffset, bytes.byteLength, { logSeverityLevel: 3 });
  const y = new Float32Array(outDims.reduce((product, extent) => product * extent, 1));
  const tensor = (data: Float32Array, shape: number[]): NativeTensor => ({
    type: 'float32',
    dims: shape,
    location: 'cpu',
    data,
  });
  session.run({ faces: tensor(x, dims) }, { swapped: tensor(y, outDims) }, {});
  session.dispose();
  return y;
}

async function expectSame(run: Run, shape: readonly [number, number, number]): Promise<void> {
  const bytes = written(run, shape);
  const random = generator(5);
  for (const batch of [1, 3]) {
    const x = Float32Array.from({ length: batch * shape[0] * shape[1] * shape[2] }, random);
    const live = tf.tidy(() => run(tf.tensor4d(x, [batch, ...shape])));
    const expected = await live.data();
    const actual = runFile(bytes, x, [batch, ...shape], live.shape);
    live.dispose();
    const largest = Math.max(...actual.map((value, i) => Math.abs(value - expected[i]!)));
    expect(largest, `batch ${batch}`).toBeLessThan(1e-5);
  }
}

const { variable } = fakeRunContext();
const weights = (...shape: number[]) =>
  variable(`w${shape}`, shape, { use: 'he-normal', fanIn: shape.slice(0, -1).reduce((a, b) => a * b, 1) }) as tf.Tensor;

describe('operations for any number of pictures', () => {
  const programs: Readonly<Record<string, Run>> = {
    'strided convolution, bias, leaky relu': (x) =>
      tf.leakyRelu(tf.add(tf.conv2d(x, weights(5, 5, 3, 4) as tf.Tensor4D, 2, 'same'), weights(4)), 0.1),
    'transposed convolution': (x) =>
      tf.conv2dTranspose(x, weights(4, 4, 5, 3) as tf.Tensor4D, [x.shape[0], 18, 18, 5], 2, 'valid'),
    'depthwise convolution and pools': (x) =>
      tf.maxPool(
        tf.avgPool(tf.depthwiseConv2d(x, weights(3, 3, 3, 2) as tf.Tensor4D, 1, 'same'), 2, 2, 'same'),
        2,
        2,
        'same',
      ),
    'a matrix over the flattened picture': (x) =>
      tf.reshape(tf.matMul(tf.reshape(x, [-1, 192]), weights(192, 32) as tf.Tensor2D), [-1, 4, 4, 2]),
    'matrices that are tiled over the batch': (x) => {
      const matrix = tf.tile(tf.expandDims(weights(6, 8), 0), [x.shape[0], 1, 1]);
      return tf.reshape(tf.matMul(matrix, tf.reshape(x, [x.shape[0], 8, 24])), [x.shape[0], 6, 8, 3]) as tf.Tensor4D;
    },
    'a product with both sides transposed': (x) => {
      const [a, b] = [tf.reshape(x, [x.shape[0], 24, 8]), tf.reshape(x, [x.shape[0], 6, 32])];
      const c = tf.matMul(tf.slice(a, [0, 0, 0], [-1, 24, 6]), tf.reshape(b, [x.shape[0], 8, 24]), true, true);
      return tf.expandDims(c, 3) as tf.Tensor4D;
    },
    'zeros and other constants of the size of the batch': (x) =>
      tf.add(tf.add(x, tf.zeros(x.shape)), tf.fill(x.shape, 0.5)),
    'channels apart, clipped, joined, means taken away': (x) => {
      const [a, b, c] = tf.split(x, 3, 3) as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
      const y = tf.concat([tf.clipByValue(a, 0.2, 0.7), tf.exp(b), tf.sigmoid(c)], 3);
      return tf.sub(y, tf.mean(y, [1, 2], true)) as tf.Tensor4D;
    },
    'depth to space': (x) => tf.depthToSpace(tf.tile(x, [1, 1, 1, 4]), 2),
    'the picture itself': (x) => x,
    'a picture that is reshaped first': (x) => tf.reshape(tf.mul(tf.reshape(x, [-1, 24]), 2), x.shape),
  };
  for (const [what, run] of Object.entries(programs)) test(what, () => expectSame(run, [8, 8, 3]));
});

describe("core's own models, as a run has them at its end", () => {
  const size = 32;
  interface Translator {
    translate(faces: tf.Tensor4D, to: string): tf.Tensor4D;
  }
  const models: Readonly<Record<string, NonNullable<Config['model']>>> = {
    transposed: { bottleneck: { use: 'spatial', channels: 4, hidden: 5, expand: 'transposed' } },
    'by a matrix': { bottleneck: { use: 'spatial', channels: 4, hidden: 5, expand: 'dense', expandChannels: 6 } },
    'a grid of 3': { bottleneck: { use: 'spatial', channels: 4, hidden: 5, grid: 3, expandChannels: 6 } },
    variational: { bottleneck: { use: 'spatial', channels: 4, hidden: 5, variational: true, expand: 'transposed' } },
    'without a grid': { bottleneck: { use: 'dense', units: 7 } },
    'a last convolution in colours': {
      bottleneck: { use: 'dense', units: 7 },
      decoder: { use: 'pixel-shuffle', channels: 8, output: 'convolution' },
    },
  };
  for (const [what, model] of Object.entries(models)) {
    test(what, { timeout: 60_000 }, async () => {
      const root = await mkdtemp(join(tmpdir(), 'fsae-export-'));
      let compared = false;
      const compare = (container: DependencyContainer) => [
        {
          name: 'compare',
          async onEnd() {
            const trained = container.resolve<Translator>(Symbol.for('@fsae/core/model'));
            await expectSame((faces) => trained.translate(faces, 'ben'), [size, size, 3]);
            compared = true;
          },
        },
      ];
      const people = (person: number) => ({ use: 'avatars', person, count: 4 });
      await train(
        {
          root,
          config: {
            identities: { ada: people(1), ben: people(2) },
            size,
            model: {
              encoder: { use: 'conv', channels: 4, stages: 1 },
              decoder: { use: 'pixel-shuffle', channels: 8 },
              ...model,
            },
            losses: { l1: 1 },
            data: { heldOut: 0.25 },
            train: { steps: 1, batchSize: 2 },
            backend: { use: 'onnx', threads: 1 },
            plugins: [plugin],
          },
        },
        { callbacks: compare },
      );
      expect(compared).toBe(true);
      await rm(root, { recursive: true });
    });
  }
});

test('a file says what it was given to say', () => {
  const text = Buffer.from(written((x) => x, [4, 4, 3], { 'fsae.run': 'mine-0a1b', licence: 'ask' })).toString(
    'latin1',
  );
  for (const part of ['faces', 'swapped', 'batch', 'fsae.run', 'mine-0a1b', 'licence', 'ask'])
    expect(text).toContain(part);
  // Nothing of onnxruntime's own in it: any reader of the standard will do.
  expect(text).not.toContain('com.microsoft');
});

test('weights that an optimizer has just moved are those in the file', async () => {
  const gain = tf.variable(tf.scalar(1));
  gain.assign(tf.add(gain, 1));
  await expectSame((x) => tf.mul(x, gain), [4, 4, 3]);
  gain.dispose();
});

describe('what no file can hold is refused with FSAE_ONNX_EXPORT, and leaves nothing behind', () => {
  const programs: Readonly<Record<string, readonly [Run, RegExp]>> = {
    'a read in between': [(x) => tf.mul(x, tf.sum(x).dataSync()[0]!), /reads values/],
    'an operation that onnxruntime does not have': [
      (x) => tf.image.cropAndResize(x, [[0, 0, 1, 1]], [0], [4, 4]),
      /no ONNX operation for CropAndResize/,
    ],
    'the mean over the batch': [(x) => tf.mean(x, 0, true), /its result is float32 \[1,4,4,3\]/],
    'pictures in another order': [(x) => tf.reverse(x, 0), /depends on how many pictures/],
    'the mean over so many pictures': [(x) => tf.div(x, x.shape[0]), /depends on how many pictures/],
    'the first picture for all': [(x) => tf.tile(tf.slice(x, 0, 1), [x.shape[0] * 2, 1, 1, 1]), /\[2018,4,4,3\]/],
    'noise of its own': [(x) => tf.add(x, tf.randomNormal(x.shape)), /different numbers for each picture/],
  };
  for (const [what, [run, reason]] of Object.entries(programs)) {
    test(what, async () => {
      const before = tf.memory().numTensors;
      let thrown: unknown;
      try {
        written(run, [4, 4, 3]);
      } catch (error) {
        thrown = error;
      }
      expect(isFsaeError(thrown) && thrown.code).toBe('FSAE_ONNX_EXPORT');
      expect((thrown as Error).message).toMatch(reason);
      expect(tf.memory().numTensors).toBe(before);
      // The backend goes on.
      expect([...(await tf.add(tf.tensor1d([1]), 1).data())]).toEqual([2]);
    });
  }
});
