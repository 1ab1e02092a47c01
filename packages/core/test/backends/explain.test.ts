import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { cpu } from '../../src/backends/cpu.js';
import { explainBackendError } from '../../src/backends/explain.js';

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

test('an operation without kernel is named with its backend', async () => {
  await cpu.activate();
  const error = thrownBy(() => tf.engine().runKernel('Unheard', { x: tf.scalar(1) }));
  expect(explainBackendError(error)).toMatchObject({
    code: 'FSAE_BACKEND_KERNEL',
    message: expect.stringMatching(/"cpu" cannot compute "Unheard"/),
    cause: error,
  });
});

test('memory that could not be had is told apart from other errors', () => {
  const full = thrownBy(() => new Float32Array(2 ** 40));
  expect(explainBackendError(new Error('OOM when allocating tensor with shape[8,2048]'))?.code).toBe(
    'FSAE_BACKEND_MEMORY',
  );
  expect(explainBackendError(new RangeError('Array buffer allocation failed'))?.code).toBe('FSAE_BACKEND_MEMORY');
  // A length that is no length is a mistake in a program, not a full machine.
  expect(explainBackendError(full)).toBeUndefined();
  expect(explainBackendError(new Error('anything else'))).toBeUndefined();
  expect(explainBackendError('text')).toBeUndefined();
});
