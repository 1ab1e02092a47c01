import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { build } from 'vite';
import { expect, test } from 'vitest';
import { encodeModel } from '../src/onnx/model.js';
import { loadRuntime } from '../src/runtime.js';
import { shortTraining } from './short-training.js';

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

test('a whole training in a worker thread gives the bits of the main thread, while that one trains too', {
  timeout: 180_000,
}, async () => {
  // A worker knows nothing of vitest: what it runs is the same sources in one file.
  const folder = fileURLToPath(new URL('../node_modules/.worker-test/', import.meta.url));
  await build({
    configFile: false,
    logLevel: 'silent',
    build: { ssr: fileURLToPath(new URL('short-training.ts', import.meta.url)), outDir: folder },
    ssr: { resolve: { conditions: ['@fsae/source', 'node', 'import'] } },
  });
  const code = `
    const { parentPort, workerData } = require('node:worker_threads');
    import(workerData.program).then(({ shortTraining }) => shortTraining(workerData)).then((bits) => parentPort.postMessage(bits));`;
  const program = pathToFileURL(join(folder, 'short-training.js')).href;
  const inWorker = new Promise((resolve, reject) => {
    const worker = new Worker(code, { eval: true, workerData: { program, threads: 1 } });
    worker.once('message', resolve).once('error', reject);
  });
  const here = await shortTraining({ threads: 1 });
  expect(here[0]).not.toEqual(here[3]);
  expect(await inWorker).toEqual(here);
  await rm(folder, { recursive: true });
});
