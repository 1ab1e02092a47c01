import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { cpu } from '../../src/backends/cpu.js';
import { selfTest } from '../../src/backends/self-test.js';
import { wasm } from '../../src/backends/wasm.js';

test('wasm passes its self-test within two seconds and tfjs is left as it was', async () => {
  await cpu.activate();
  const before = tf.memory().numTensors;
  const start = process.cpuUsage();
  const verdict = await selfTest(wasm);
  expect(verdict).toMatchObject({ ok: true });
  // Of processor time: the machine may be busy with something else.
  expect(process.cpuUsage(start).user).toBeLessThan(2e6);
  expect(tf.memory().numTensors).toBe(before);
  expect(tf.getBackend()).toBe('cpu');
});
