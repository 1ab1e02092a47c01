import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, test } from 'vitest';
import type { OptimizerFactory, OptimizerOptions, Weights } from '../../src/contracts/index.js';
import { createAdam } from '../../src/training/adam.js';
import { presentBackends } from './present.js';

const backends = await presentBackends();

const shapes: Readonly<Record<string, number[]>> = { 'conv/kernel': [3, 3, 2, 5], 'conv/bias': [5], odd: [7] };

describe.each(backends)("the optimizer of $name, its own or core's", (provider) => {
  const create: OptimizerFactory = provider.optimizer ?? createAdam;
  beforeAll(() => provider.activate());

  const cases: readonly OptimizerOptions[] = [
    { use: 'adam', learningRate: 0.01 },
    { use: 'adam', learningRate: 0.01, betas: [0.5, 0.99], epsilon: 1e-3 },
    { use: 'adamw', learningRate: 0.01, weightDecay: 0.1 },
  ];
  test.each(cases)('twenty steps equal the formulas in double precision: %o', async (options) => {
    const weights = makeWeights();
    const expected = new Reference(options, 0.9, await read(weights));
    const optimizer = create(options, weights, 0.9);
    for (let step = 0; step < 20; step++) {
      const scale = step % 3 === 0 ? 0.25 : 1;
      apply(optimizer, step, options.learningRate, scale);
      expected.step(gradientsAt(step), options.learningRate, scale);
    }
    for (const path of Object.keys(shapes)) {
      close((await read(weights))[path], expected.weights[path]);
      close((await read(optimizer.average as Weights))[path], expected.average[path]);
      close(await valuesOf(optimizer.state[`${path}/m`]), expected.m[path]);
      close(await valuesOf(optimizer.state[`${path}/v`]), expected.v[path]);
    }
    const [beta1, beta2] = options.betas ?? [0.9, 0.999];
    close(await valuesOf(optimizer.state['power1']), [beta1 ** 20]);
    close(await valuesOf(optimizer.state['power2']), [beta2 ** 20]);
    optimizer.dispose();
    tf.dispose(Object.values(weights));
  });

  test('scale 0 changes no bit, whatever the gradients hold', async () => {
    const weights = makeWeights();
    const optimizer = create({ use: 'adamw', learningRate: 0.01 }, weights, 0.9);
    apply(optimizer, 0, 0.01, 1);
    const all = { ...weights, ...optimizer.state };
    const before = [await read(all), await read(optimizer.average as Weights)];
    const scale = tf.scalar(0);
    const broken = Object.fromEntries(
      Object.entries(shapes).map(([path, shape]) => [path, tf.fill(shape, Number.NaN)]),
    );
    optimizer.apply(broken, { learningRate: 0.01, scale });
    expect([await read(all), await read(optimizer.average as Weights)]).toEqual(before);
    tf.dispose([scale, ...Object.values(broken), ...Object.values(weights)]);
    optimizer.dispose();
  });

  test('a run that is resumed from the saved state equals one that was not interrupted, bit for bit', async () => {
    const options: OptimizerOptions = { use: 'adam', learningRate: 0.01 };
    const unbroken = makeWeights();
    const whole = create(options, unbroken, 0.99);
    for (let step = 0; step < 45; step++) apply(whole, step, 0.01, 1);

    const first = makeWeights();
    const before = create(options, first, 0.99);
    for (let step = 0; step < 40; step++) apply(before, step, 0.01, 1);
    const saved = [await read(first), await read(before.state), await read(before.average as Weights)] as const;
    const second = makeWeights();
    const after = create(options, second, 0.99);
    restore(second, saved[0]);
    restore(after.state, saved[1]);
    restore(after.average as Weights, saved[2]);
    for (let step = 40; step < 45; step++) apply(after, step, 0.01, 1);

    expect(await read(second)).toEqual(await read(unbroken));
    expect(await read(after.state)).toEqual(await read(whole.state));
    expect(await read(after.average as Weights)).toEqual(await read(whole.average as Weights));
    for (const one of [whole, before, after]) one.dispose();
    for (const one of [unbroken, first, second]) tf.dispose(Object.values(one));
  });

  test('copies of a weight keep their values, and kernels see the new ones', async () => {
    const weights = makeWeights();
    const kernel = weights['conv/kernel'] as tf.Variable;
    const x = tf.ones([1, 5, 5, 2]) as tf.Tensor4D;
    const convolved = () => tf.tidy(() => sumOfBoth(x, kernel));
    const clone = kernel.clone();
    const before = await valuesOf(clone);
    const optimizer = create({ use: 'adam', learningRate: 0.5 }, weights, 0);
    for (let step = 0; step < 3; step++) {
      // Kernels may keep packed copies of weights: run one before and after each update.
      const stale = convolved();
      apply(optimizer, step, 0.5, 1);
      const now = convolved();
      const truth = tf.tidy(() => {
        const copy: tf.Tensor = tf.tensor(kernel.dataSync().slice(), [...kernel.shape]);
        return sumOfBoth(x, copy);
      });
      close(await valuesOf(now), await valuesOf(truth));
      expect(await valuesOf(now)).not.toEqual(await valuesOf(stale));
      tf.dispose([stale, now, truth]);
    }
    expect(await valuesOf(clone)).toEqual(before);
    tf.dispose([clone, x, ...Object.values(weights)]);
    optimizer.dispose();
  });

  test('a gradient that is missing leaves its weight alone, and nothing leaks', async () => {
    const before = tf.memory().numTensors;
    const weights = makeWeights();
    const optimizer = create({ use: 'adam', learningRate: 0.01 }, weights, 0.99);
    const start = await read(weights);
    apply(optimizer, 0, 0.01, 1, ['odd']);
    const warm = tf.memory().numTensors;
    for (let step = 1; step < 10; step++) apply(optimizer, step, 0.01, 1, ['odd']);
    expect(tf.memory().numTensors).toBe(warm);
    expect((await read(weights))['odd']).toEqual(start['odd']);
    optimizer.dispose();
    tf.dispose(Object.values(weights));
    expect(tf.memory().numTensors).toBe(before);
  });
});

/** Through both kinds of convolution: a backend may pack the weights of either. */
function sumOfBoth(x: tf.Tensor4D, kernel: tf.Tensor): tf.Tensor {
  const filter = kernel as tf.Tensor4D;
  return tf.add(tf.sum(tf.conv2d(x, filter, 1, 'valid')), tf.sum(tf.depthwiseConv2d(x, filter, 1, 'valid')));
}

/** Kingma & Ba 2015, algorithm 1; decoupled decay of Loshchilov & Hutter 2019, algorithm 2. In doubles. */
class Reference {
  readonly m: Record<string, number[]> = {};
  readonly v: Record<string, number[]> = {};
  readonly weights: Record<string, number[]> = {};
  readonly average: Record<string, number[]> = {};
  private t = 0;

  constructor(
    private readonly options: OptimizerOptions,
    private readonly decay: number,
    start: Readonly<Record<string, readonly number[]>>,
  ) {
    for (const [path, values] of Object.entries(start)) {
      this.weights[path] = [...values];
      this.average[path] = [...values];
      this.m[path] = values.map(() => 0);
      this.v[path] = values.map(() => 0);
    }
  }

  step(gradients: Readonly<Record<string, readonly number[]>>, rate: number, scale: number): void {
    this.t++;
    const { betas: [b1, b2] = [0.9, 0.999], epsilon = 1e-8, use, weightDecay = 0.01 } = this.options;
    for (const [path, values] of Object.entries(gradients)) {
      const [m, v, w, a] = [this.m, this.v, this.weights, this.average].map((all) => all[path] as number[]) as [
        number[],
        number[],
        number[],
        number[],
      ];
      for (const [i, value] of values.entries()) {
        const g = value * scale;
        m[i] = b1 * (m[i] as number) + (1 - b1) * g;
        v[i] = b2 * (v[i] as number) + (1 - b2) * g * g;
        const step =
          (m[i] as number) / (1 - b1 ** this.t) / (Math.sqrt((v[i] as number) / (1 - b2 ** this.t)) + epsilon);
        const old = w[i] as number;
        w[i] = old - rate * step - (use === 'adamw' ? rate * weightDecay * old : 0);
        a[i] = this.decay * (a[i] as number) + (1 - this.decay) * (w[i] as number);
      }
    }
  }
}

function makeWeights(): Record<string, tf.Variable> {
  return Object.fromEntries(
    Object.entries(shapes).map(([path, shape], i) => [
      path,
      tf.tidy(() => tf.variable(tf.tensor(wave(shape, i), shape))),
    ]),
  );
}

function gradientsAt(step: number): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(shapes).map(([path, shape], i) => [path, wave(shape, 3 * i + 0.7 * step + 1)]),
  );
}

function wave(shape: readonly number[], phase: number): number[] {
  const size = shape.reduce((a, b) => a * b, 1);
  return [...Float32Array.from({ length: size }, (_, i) => Math.sin(1.3 * i + phase))];
}

function apply(
  optimizer: ReturnType<OptimizerFactory>,
  step: number,
  learningRate: number,
  scale: number,
  without: readonly string[] = [],
): void {
  tf.tidy(() => {
    const gradients = Object.entries(gradientsAt(step)).filter(([path]) => !without.includes(path));
    optimizer.apply(Object.fromEntries(gradients.map(([path, values]) => [path, tf.tensor(values, shapes[path])])), {
      learningRate,
      scale: tf.scalar(scale),
    });
  });
}

async function valuesOf(tensor: tf.Tensor | undefined): Promise<number[]> {
  return [...((await tensor?.data()) ?? [])];
}

async function read(weights: Weights): Promise<Record<string, number[]>> {
  const values: Record<string, number[]> = {};
  for (const [path, variable] of Object.entries(weights)) values[path] = await valuesOf(variable);
  return values;
}

function restore(weights: Weights, saved: Readonly<Record<string, readonly number[]>>): void {
  tf.tidy(() => {
    for (const [path, variable] of Object.entries(weights))
      variable.assign(tf.tensor([...(saved[path] ?? [])], variable.shape));
  });
}

function close(received: readonly number[] | undefined, expected: readonly number[] | undefined): void {
  expect(received?.length).toBe(expected?.length);
  for (const [i, value] of (expected ?? []).entries())
    expect(Math.abs((received?.[i] as number) - value)).toBeLessThan(2e-5);
}
