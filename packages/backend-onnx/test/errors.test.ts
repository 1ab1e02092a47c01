import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isFsaeError } from '@fsae/core';
import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, test } from 'vitest';
import { assertFits, compile } from '../src/compile.js';
import { Signatures } from '../src/node.js';
import { encodeModel } from '../src/onnx/model.js';
import { allocateSlots } from '../src/optimizer/arena.js';
import { allocate } from '../src/pool.js';
import { assertOneCopy } from '../src/provider.js';
import { findRuntime, loadRuntime, type Runtime } from '../src/runtime.js';
import { sort } from '../src/schedule.js';
import { provider } from './both.js';

beforeEach(() => provider.activate({ threads: 1 }));

const codeOf = async (run: () => unknown): Promise<string> => {
  try {
    await run();
  } catch (error) {
    if (isFsaeError(error)) return (error as { code: string }).code;
    throw error;
  }
  return 'no error';
};

const compileWith = (runtime: Runtime, op: string) => {
  const signatures = new Signatures();
  const leaf = signatures.leaf(new Float32Array(1), [1], 'float32', false);
  return compile(runtime, 1, sort([signatures.node(op, [leaf, leaf], [1], 'float32')]), new Int32Array());
};

/** A folder in which onnxruntime-node has this version and this binding; returns a file inside. */
const install = async (version: string, binding: string): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'fsae-onnx-'));
  const dist = join(folder, 'node_modules', 'onnxruntime-node', 'dist');
  await mkdir(dist, { recursive: true });
  await writeFile(join(dist, 'binding.js'), binding);
  await writeFile(join(dist, '..', 'package.json'), JSON.stringify({ name: 'onnxruntime-node', version }));
  return join(folder, 'package.json');
};

describe('each error has its code', () => {
  test('FSAE_ONNX_LIBRARY: too old, and a native library that does not load; the next candidate is tried', async () => {
    const old = await install('1.16.3', '');
    const broken = await install('1.18.0', 'throw new Error("libonnxruntime.so: cannot open shared object file")');
    expect(await codeOf(() => findRuntime([old, broken]))).toBe('FSAE_ONNX_LIBRARY');
    expect(() => findRuntime([old, broken])).toThrow(/1\.16\.3 .* too old; .*cannot open shared object/);
    expect(findRuntime([old, broken, import.meta.url]).version).toBe(loadRuntime().version);
  });

  test('FSAE_ONNX_SESSION: an operation without lowering, a model that onnxruntime refuses', async () => {
    expect(await codeOf(() => compileWith(loadRuntime(), 'Teleport'))).toBe('FSAE_ONNX_SESSION');
    // A matrix product of two vectors.
    expect(await codeOf(() => compileWith(loadRuntime(), 'MatMul'))).toBe('FSAE_ONNX_SESSION');
  });

  test('FSAE_ONNX_OPERATION: an index that is known only when the graph runs; later work goes on', async () => {
    const indices = tf.cast(tf.mul(tf.tensor1d([1, 2]), 50), 'int32');
    const rows = tf.gather(tf.tensor2d([[1], [2]]), indices);
    expect(await codeOf(() => rows.data())).toBe('FSAE_ONNX_OPERATION');
    expect(await codeOf(() => rows.data())).toBe('FSAE_ONNX_OPERATION');
    expect([...(await tf.add(tf.tensor1d([1]), 1).data())]).toEqual([2]);
  });

  test('an index that is known when the call is made fails there', () => {
    expect(() => tf.gather(tf.tensor1d([1, 2]), tf.tensor1d([2], 'int32'))).toThrow(/not in \[0, 1\]/);
  });

  test('FSAE_ONNX_OUT_OF_MEMORY: tensors and the optimizer', async () => {
    expect(await codeOf(() => allocate('float32', 2 ** 40))).toBe('FSAE_ONNX_OUT_OF_MEMORY');
    // An intermediate of 4 TiB inside a graph.
    const large = tf.tidy(() => tf.sum(tf.exp(tf.fill([2 ** 20, 2 ** 20], 1))));
    expect(await codeOf(() => large.data())).toBe('FSAE_ONNX_OUT_OF_MEMORY');
    expect(await codeOf(() => allocateSlots([2 ** 31], false))).toBe('FSAE_ONNX_OUT_OF_MEMORY');
  });

  test('FSAE_ONNX_GRAPH_TOO_LARGE: a file beyond what protobuf can hold, before it is written', async () => {
    // The same 900 MiB three times: nothing is copied until the size is known.
    const bytes = new Uint8Array(900 * 2 ** 20);
    const weights = (name: string) => ({ name, type: 'float32' as const, shape: [bytes.length / 4], bytes });
    const model = (...names: string[]) =>
      encodeModel({ operations: [], initializers: names.map(weights), inputs: [], outputs: [] });
    expect(await codeOf(() => assertFits(model('a', 'b')))).toBe('no error');
    expect(await codeOf(() => assertFits(model('a', 'b', 'c')))).toBe('FSAE_ONNX_GRAPH_TOO_LARGE');
    expect(() => assertFits(model('a', 'b', 'c'))).toThrow(/2\.64 GiB/);
  });

  test('FSAE_ONNX_TWO_TFJS: tensors of another class', async () => {
    class Tensor {}
    expect(await codeOf(() => assertOneCopy(Tensor))).toBe('FSAE_ONNX_TWO_TFJS');
    expect(await codeOf(() => assertOneCopy(tf.Tensor))).toBe('no error');
  });
});

test('a kernel that nobody has is named', () => {
  expect(() => tf.engine().runKernel('Teleport', {})).toThrow(/Teleport/);
});
