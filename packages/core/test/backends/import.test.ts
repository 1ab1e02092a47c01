import util from 'node:util';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';

test('importing core changes nothing in tfjs, in Node.js or in the environment: only activate() does', async () => {
  const look = () => ({
    backends: ['cpu', 'webgl', 'wasm', 'tensorflow', 'onnx'].map(
      (name) => tf.engine().findBackendFactory(name) !== null,
    ),
    current: tf.engine().backendName,
    gradient: tf.getGradient(tf.LeakyRelu),
    kernels: tf.getKernelsForBackend('wasm').length,
    isArray: Object.getOwnPropertyDescriptor(util, 'isArray'),
    variables: Object.keys(process.env).filter((name) => name.startsWith('TF_')),
  });
  const before = look();
  await import('../../src/plugins/builtin.js');
  expect(look()).toEqual(before);
  expect(before.kernels).toBe(0);
});
