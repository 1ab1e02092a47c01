import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { Arena } from '../../src/backends/wasm/arena.js';
import { type BackendWasm, memoryOf } from '../../src/backends/wasm/heap.js';
import { wasm } from '../../src/backends/wasm.js';
import type { OptimizerFactory } from '../../src/contracts/index.js';

beforeAll(() => wasm.activate());

const backend = () => tf.backend() as unknown as BackendWasm;
const heapBytes = () => memoryOf(backend()).buffer.byteLength;

test('training takes no more memory after its first steps', async () => {
  const shapes = { 'a/kernel': [5, 5, 3, 16], 'a/bias': [16], 'b/kernel': [3, 3, 16, 24], 'c/kernel': [1536, 64] };
  const weights: Record<string, tf.Variable> = {};
  for (const [path, shape] of Object.entries(shapes)) {
    weights[path] = tf.tidy(() => tf.variable(tf.randomNormal(shape, 0, 0.05, 'float32', 1)));
  }
  const [a, bias, b, c] = Object.values(weights) as unknown as [tf.Tensor4D, tf.Tensor1D, tf.Tensor4D, tf.Tensor2D];
  const faces = tf.randomUniform([4, 32, 32, 3], 0, 1, 'float32', 2) as tf.Tensor4D;
  const optimizer = (wasm.optimizer as OptimizerFactory)({ use: 'adam', learningRate: 1e-3 }, weights, 0.99);
  const one = tf.scalar(1);
  const losses: number[] = [];
  const sizes: number[] = [];
  for (let step = 0; step < 40; step++) {
    const { value, grads } = tf.variableGrads(() => {
      const h = tf.leakyRelu(tf.add(tf.conv2d(faces, a, 2, 'same'), bias), 0.1) as tf.Tensor4D;
      const z = tf.leakyRelu(tf.conv2d(h, b, 2, 'same'), 0.1);
      return tf.mean(tf.square(tf.sub(tf.matMul(tf.reshape(z, [4, 1536]), c), 1))) as tf.Scalar;
    }, Object.values(weights));
    const gradients = Object.fromEntries(
      Object.entries(weights).map(([path, w]) => [path, grads[w.name] as tf.Tensor]),
    );
    optimizer.apply(gradients, { learningRate: 1e-3, scale: one });
    losses.push(((await value.data()) as Float32Array)[0] as number);
    tf.dispose([value, ...Object.values(grads)]);
    sizes.push(backend().numDataIds(), tf.memory().numTensors, heapBytes());
  }
  expect(losses.at(-1)).toBeLessThan((losses[0] as number) / 4);
  expect(sizes.slice(-3)).toEqual(sizes.slice(3 * 5, 3 * 6));
  optimizer.dispose();
  tf.dispose([one, faces, ...Object.values(weights)]);
});

test('pictures of many sizes do not pile up tables without end', () => {
  const arena = new Arena(backend(), 4000);
  const computed: string[] = [];
  const table = (key: string) =>
    arena.table(key, () => {
      computed.push(key);
      return { values: new Int32Array(300).fill(key.charCodeAt(0)), about: key };
    });
  // Three tables of 1,200 bytes fit; the one that was not used for longest makes room.
  for (const key of ['a', 'b', 'c', 'a', 'd', 'a', 'b']) {
    const { address, about } = table(key);
    expect(about).toBe(key);
    expect(new Int32Array(memoryOf(backend()).buffer, address, 300)[299]).toBe(key.charCodeAt(0));
  }
  expect(computed).toEqual(['a', 'b', 'c', 'd', 'b']);
});

test('a full heap is an error of its own, and what was there before still works', async () => {
  const x = tf.tensor1d([1, 2, 3]);
  for (const floats of [2 ** 30 - 2 ** 19, 2 ** 30 - 2 ** 12, 2 ** 31]) {
    let thrown: unknown;
    try {
      backend().makeOutput([floats], 'float32');
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'FSAE_BACKEND_MEMORY', message: expect.stringContaining('MiB') });
  }
  const y = tf.mul(x, 2);
  expect([...(await y.data())]).toEqual([2, 4, 6]);
  tf.dispose([x, y]);
});

test('kernels that only cpu has run on wasm with the same results and leave nothing behind', async () => {
  const programs: readonly (() => tf.Tensor)[] = [
    () => tf.einsum('bij,bjk->bik', tf.reshape(tf.range(0, 24), [2, 3, 4]), tf.reshape(tf.range(0, 40), [2, 4, 5])),
    () =>
      tf.unsortedSegmentSum(
        tf.tensor2d([
          [1, 2],
          [3, 4],
          [5, 6],
        ]),
        tf.tensor1d([1, 0, 1], 'int32'),
        2,
      ),
    () => tf.abs(tf.spectral.fft(tf.complex([1, 2, 3, 4], [0, -1, 0, 1]))),
    () => tf.spectral.irfft(tf.spectral.rfft(tf.tensor1d([3, 1, 4, 1]))),
    () => tf.imag(tf.mul(tf.complex([1, 2], [3, 4]), tf.complex([5, 6], [7, 8]))),
    () =>
      tf.matMul(
        tf.tensor2d(
          [
            [1, 2],
            [3, 4],
          ],
          [2, 2],
          'int32',
        ),
        tf.tensor2d(
          [
            [5, 6],
            [7, 8],
          ],
          [2, 2],
          'int32',
        ),
      ),
  ];
  const onBackend = async (name: string, program: () => tf.Tensor) => {
    await tf.setBackend(name);
    const before = [tf.memory().numTensors, backend().numDataIds()];
    const result = tf.tidy(program);
    const values = [...(await result.data())];
    result.dispose();
    expect([tf.memory().numTensors, backend().numDataIds()]).toEqual(before);
    return values;
  };
  for (const program of programs) {
    const expected = await onBackend('cpu', program);
    const received = await onBackend('wasm', program);
    expect(received.length).toBe(expected.length);
    for (const [i, value] of expected.entries()) expect(received[i]).toBeCloseTo(value, 4);
  }
});
