import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';
import plugin from '../src/index.js';

export const provider = plugin.backends.onnx;

export interface Array_ {
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array | Uint8Array;
  readonly dtype: 'float32' | 'int32' | 'bool';
}

type Program = (...tensors: tf.Tensor[]) => tf.Tensor | tf.Tensor[];

/** The program's results on a backend, as plain arrays. */
async function runOn(backend: 'cpu' | 'onnx', program: Program, inputs: readonly Array_[]) {
  // One thread: thousands of small graphs, and the helpers of each session wait actively. Two are used in lifecycle.test.ts.
  if (backend === 'onnx') await provider.activate({ threads: 1 });
  else await tf.setBackend('cpu');
  // They live until the results are read: what dies before is not frozen any more.
  const tensors = inputs.map((x) => tf.tensor(x.values, [...x.shape], x.dtype));
  const results = tf.tidy(() => program(...tensors));
  const list = Array.isArray(results) ? results : [results];
  const read = await Promise.all(
    list.map(async (tensor) => ({ shape: tensor.shape, dtype: tensor.dtype, values: await tensor.data() })),
  );
  tf.dispose([list, tensors]);
  return read;
}

/** Both backends agree: shape, dtype, NaN and infinities where they are, numbers to `tolerance` of the largest one. */
export async function expectAgreement(program: Program, inputs: readonly Array_[], tolerance = 2e-5): Promise<void> {
  expectClose(await runOn('onnx', program, inputs), await runOn('cpu', program, inputs), tolerance);
}

/** The same for two programs on onnx: for sizes that take the cpu backend minutes. */
export async function expectEquivalence(
  program: Program,
  other: Program,
  inputs: readonly Array_[],
  tolerance = 2e-5,
): Promise<void> {
  expectClose(await runOn('onnx', program, inputs), await runOn('onnx', other, inputs), tolerance);
}

/** The program with the tensors of these positions frozen; on the cpu backend as it is. */
export const frozen =
  (program: Program, ...positions: readonly number[]): Program =>
  (...tensors) => {
    if (tf.getBackend() === 'onnx') provider.freeze!(positions.map((position) => tensors[position]!));
    return program(...tensors);
  };

type Read = Awaited<ReturnType<typeof runOn>>;

function expectClose(actual: Read, expected: Read, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  for (const [index, wanted] of expected.entries()) {
    const got = actual[index]!;
    expect({ shape: got.shape, dtype: got.dtype }).toEqual({ shape: wanted.shape, dtype: wanted.dtype });
    let scale = 1;
    for (const value of wanted.values) if (Number.isFinite(value)) scale = Math.max(scale, Math.abs(value));
    const wrong = wanted.values.findIndex((value: number, i: number) => {
      const other = got.values[i]!;
      if (!Number.isFinite(value)) return !Object.is(value, other);
      return !(Math.abs(value - other) <= tolerance * scale);
    });
    if (wrong >= 0) {
      expect.fail(`element ${wrong}: ${got.values[wrong]} on onnx, ${wanted.values[wrong]} expected (scale ${scale})`);
    }
  }
}

export function floats(shape: readonly number[], random: () => number): Array_ {
  const size = shape.reduce((a, b) => a * b, 1);
  return { shape, values: Float32Array.from({ length: size }, () => random() * 2 - 1), dtype: 'float32' };
}
