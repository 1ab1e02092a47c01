import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { encodeModel } from '../src/onnx/model.js';
import { loadRuntime } from '../src/runtime.js';

test('the native library runs in two worker threads at once and on the main thread', async () => {
  // y = x + x, so that the worker needs no TypeScript.
  const scalar = (name: string) => ({ name, type: 'float32' as const, shape: [2] });
  const operation = { type: 'Add', domain: '', inputs: ['x', 'x'], outputs: ['y'], attributes: {} };
  const model = encodeModel({
    operations: [operation],
    initializers: [],
    inputs: [scalar('x')],
    outputs: [scalar('y')],
  });
  const code = `
    const { parentPort, workerData } = require('node:worker_threads');
    const { binding, initOrt } = require(workerData.binding);
    initOrt?.();
    const session = new binding.InferenceSession();
    const { model } = workerData;
    session.loadModel(model.buffer, model.byteOffset, model.byteLength, {});
    const tensor = (data) => ({ type: 'float32', dims: [2], location: 'cpu', data });
    const y = new Float32Array(2);
    session.run({ x: tensor(Float32Array.of(1, workerData.value)) }, { y: tensor(y) }, {});
    session.dispose();
    parentPort.postMessage([...y]);`;
  const binding = `${loadRuntime().folder}/dist/binding.js`;
  const run = (value: number) =>
    new Promise((resolve, reject) => {
      const worker = new Worker(code, { eval: true, workerData: { binding, model: model.bytes(), value } });
      worker.once('message', resolve).once('error', reject);
    });
  expect(await Promise.all([run(3), run(5)])).toEqual([
    [2, 6],
    [2, 10],
  ]);
});
