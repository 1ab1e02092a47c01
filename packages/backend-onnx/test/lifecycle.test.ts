import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { OnnxBackend } from '../src/backend.js';
import { provider } from './both.js';
import { buildNetwork, train } from './network.js';

beforeAll(() => provider.activate({ threads: 1 }));

const backend = () => tf.backend() as OnnxBackend;

describe('values', () => {
  test('an array may be changed after the tensor was made: the tensor has its own', async () => {
    const values = Float32Array.of(1, 2, 3);
    const doubled = tf.mul(tf.tensor1d(values), 2);
    values.fill(100);
    expect([...(await doubled.data())]).toEqual([2, 4, 6]);
    expect([...values]).toEqual([100, 100, 100]);
  });

  test('what was read may be changed: the tensor keeps its values', async () => {
    const x = tf.add(tf.tensor1d([1, 2]), 1);
    (await x.data()).fill(9);
    expect([...(await x.data())]).toEqual([2, 3]);
  });

  test('a disposed tensor still feeds what was computed from it', async () => {
    const x = tf.tensor1d([1, 2, 3]);
    const y = tf.square(x);
    x.dispose();
    // Memory of the same size must not be taken from under the pending square.
    const other = tf.tensor1d([7, 7, 7]);
    expect([...(await y.data())]).toEqual([1, 4, 9]);
    expect([...(await other.data())]).toEqual([7, 7, 7]);
  });

  test('reshape and identity share data without sharing fate', async () => {
    const x = tf.exp(tf.zeros([2, 3]));
    const flat = tf.reshape(x, [6]);
    x.dispose();
    expect([...(await tf.mul(flat, 2).data())]).toEqual([2, 2, 2, 2, 2, 2]);
  });

  test('tidy frees everything but the result, keep survives it', async () => {
    const before = tf.memory().numTensors;
    let kept: tf.Tensor | undefined;
    const result = tf.tidy(() => {
      kept = tf.keep(tf.add(tf.scalar(1), 1));
      return tf.mul(kept, 3);
    });
    expect(tf.memory().numTensors).toBe(before + 2);
    expect((await result.data())[0]).toBe(6);
    expect((await kept!.data())[0]).toBe(2);
    tf.dispose([result, kept!]);
    expect(backend().pending.size).toBe(0);
  });

  test('a variable is assigned, its clone keeps the old values', async () => {
    const variable = tf.variable(tf.tensor1d([1, 2]));
    const old = variable.clone();
    variable.assign(tf.mul(variable, 10));
    expect([...(await variable.data())]).toEqual([10, 20]);
    expect([...(await old.data())]).toEqual([1, 2]);
  });

  test('control flow that depends on values', async () => {
    let x = tf.scalar(1);
    let steps = 0;
    while ((await x.data())[0]! < 100) {
      x = tf.mul(x, 3);
      steps++;
    }
    expect(steps).toBe(5);
  });

  test('a loop that never reads is computed piece by piece', async () => {
    const runs: number[] = [];
    const flush = backend().flush.bind(backend());
    backend().flush = () => {
      runs.push(1);
      flush();
    };
    let x = tf.scalar(0);
    for (let i = 0; i < 4_500; i++) {
      const next = tf.add(x, 1);
      x.dispose();
      x = next as tf.Scalar;
    }
    expect((await x.data())[0]).toBe(4_500);
    expect(runs.length).toBe(2);
    Reflect.deleteProperty(backend(), 'flush');
  });
});

describe('gradients', () => {
  test('second order: d2/dx2 of x^3 is 6 x', async () => {
    const first = tf.grad((x) => tf.sum(tf.mul(tf.square(x), x)) as tf.Scalar);
    const second = tf.grad((x) => tf.sum(first(x)) as tf.Scalar)(tf.tensor1d([1, 2, -3]));
    expect([...(await second.data())].map((value) => Math.round(value * 1e4) / 1e4)).toEqual([6, 12, -18]);
  });

  test('second order through LeakyReLU, which plain tfjs refuses', async () => {
    // f = sum(leaky(x)^2) / 2, so f'' is 1 for x > 0 and alpha^2 = 0.04 for x < 0.
    const first = tf.grad((x) => tf.div(tf.sum(tf.square(tf.leakyRelu(x, 0.2))), 2) as tf.Scalar);
    const second = await tf
      .grad((x) => tf.sum(first(x)) as tf.Scalar)(tf.tensor1d([2, -3]))
      .data();
    expect(second[0]).toBeCloseTo(1, 6);
    expect(second[1]).toBeCloseTo(0.04, 6);
  });

  test('customGrad', async () => {
    const clip = tf.customGrad((x) => ({
      value: tf.square(x as tf.Tensor),
      gradFunc: () => tf.onesLike(x as tf.Tensor),
    }));
    expect([
      ...(await tf
        .grad((x) => clip(x))(tf.tensor1d([4, 5]))
        .data()),
    ]).toEqual([1, 1]);
  });

  test('against finite differences, through convolution, activation and pixel shuffle', async () => {
    const network = buildNetwork({ channels: 4, size: 8, batch: 1 });
    const weight = network.weights['encoder/2/kernel']!;
    const { grads } = tf.variableGrads(() => network.loss(), [weight]);
    const gradient = await grads[weight.name]!.data();
    const start = (await weight.data()).slice() as Float32Array;
    const shape = weight.shape;
    const lossWith = async (index: number, change: number) => {
      const moved = start.slice();
      moved[index] = moved[index]! + change;
      weight.assign(tf.tensor(moved, shape));
      return (await network.loss().data())[0]!;
    };
    for (const index of [3, 77, 301]) {
      const slope = ((await lossWith(index, 2e-2)) - (await lossWith(index, -2e-2))) / 4e-2;
      expect(Math.abs(slope - gradient[index]!)).toBeLessThan(2e-3 * Math.max(0.1, Math.abs(slope)));
    }
  });
});

describe('resources', () => {
  test('tensors, sessions and pending nodes do not grow over steps', async () => {
    const network = buildNetwork({ channels: 4, size: 16, batch: 1 });
    const optimizer = provider.optimizer!({ use: 'adam', learningRate: 1e-3 }, network.weights, 0.9);
    const step = async () => {
      const loss = train(network, optimizer, 1e-3);
      await loss.data();
      loss.dispose();
    };
    for (let i = 0; i < 3; i++) await step();
    const [tensors, ids, sessions] = [tf.memory().numTensors, backend().numDataIds(), backend().sessions.size];
    for (let i = 0; i < 10; i++) await step();
    expect(tf.memory().numTensors).toBe(tensors);
    expect(backend().numDataIds()).toBe(ids);
    expect(backend().sessions.size).toBe(sessions);
    expect(backend().pending.size).toBe(0);
    optimizer.dispose();
    network.dispose();
  });

  test('the session cache is bounded, the shape that comes back is compiled again', async () => {
    for (let size = 1; size <= 70; size++) await tf.exp(tf.zeros([size, 2])).data();
    expect(backend().sessions.size).toBeLessThanOrEqual(64);
    expect([...(await tf.exp(tf.zeros([1, 2])).data())]).toEqual([1, 1]);
  });

  test('a schedule in a fill, a clip or a scalar compiles once', async () => {
    const run = async (value: number) =>
      (await tf.sum(tf.clipByValue(tf.mul(tf.fill([3], value), tf.scalar(value)), 0, value)).data())[0];
    await run(1.5);
    const before = backend().sessions.size;
    for (let i = 2; i < 8; i++) await run(i + 0.5);
    expect(backend().sessions.size).toBe(before);
  });
});

test('the same graph and threads give the same bits', async () => {
  const run = async () => {
    const network = buildNetwork({ channels: 4, size: 16 });
    const optimizer = provider.optimizer!({ use: 'adam', learningRate: 1e-3 }, network.weights, 0);
    for (let i = 0; i < 3; i++) train(network, optimizer, 1e-3).dispose();
    const bits = await Promise.all(Object.values(network.weights).map((weight) => weight.data()));
    optimizer.dispose();
    network.dispose();
    return bits.map((values) => [...new Uint32Array((values as Float32Array).buffer)]);
  };
  for (const threads of [1, 2]) {
    await provider.activate({ threads });
    expect(await run()).toEqual(await run());
  }
});

describe('frozen tensors', () => {
  const product = (x: tf.Tensor2D, w: tf.Tensor2D) => tf.tidy(() => tf.matMul(x, w));

  test('graphs differ by the values that they are compiled with, and go with them', async () => {
    const { sessions } = backend();
    const x = tf.tensor2d([[1, 2]]);
    const [a, b] = [tf.tensor2d([[1], [10]]), tf.tensor2d([[3], [5]])];
    const before = { tensors: tf.memory().numTensors, sessions: sessions.size };
    provider.freeze!([a, b]);
    for (let run = 0; run < 3; run++) {
      const [ya, yb] = [product(x, a), product(x, b)];
      expect([...(await ya.data()), ...(await yb.data())]).toEqual([21, 13]);
      tf.dispose([ya, yb]);
    }
    expect(tf.memory().numTensors).toBe(before.tensors);
    expect(sessions.size).toBeGreaterThan(before.sessions);
    tf.dispose([a, b, x]);
    expect(sessions.size).toBe(before.sessions);
  });

  test('a product that is pending when its frozen side dies is still right', async () => {
    const x = tf.tensor2d([[1, 2]]);
    const w = tf.tensor2d([[1], [10]]);
    provider.freeze!([w]);
    const y = tf.matMul(x, w);
    w.dispose();
    const other = tf.tensor2d([[7], [7]]);
    expect([...(await y.data())]).toEqual([21]);
    tf.dispose([x, y, other]);
  });

  test('a frozen variable that is assigned all the same has its new values', async () => {
    const x = tf.tensor2d([[1, 2]]);
    const w = tf.variable(tf.tensor2d([[1], [10]]));
    provider.freeze!([w]);
    tf.dispose(await read(product(x, w as tf.Tensor2D), [21]));
    w.assign(tf.tensor2d([[2], [3]]));
    tf.dispose(await read(product(x, w as tf.Tensor2D), [8]));
    tf.dispose([x, w]);
  });

  async function read(tensor: tf.Tensor, expected: readonly number[]): Promise<tf.Tensor> {
    expect([...(await tensor.data())]).toEqual(expected);
    return tensor;
  }
});
