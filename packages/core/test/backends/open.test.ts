import { expect, test } from 'vitest';
import { tfjsNode } from '../../src/backends/tfjs-node.js';
import { wasm } from '../../src/backends/wasm.js';
import type { BackendOptions } from '../../src/contracts/index.js';
import { openBackend } from '../../src/run/backend.js';

const logger = { info() {}, warn() {} };

test('gives the backend itself, with its optimizer', async () => {
  expect(await openBackend({ use: 'wasm', root: import.meta.dirname, logger })).toBe(wasm);
});

test('hands the number of threads to the backend, or nothing', async ({ onTestFinished }) => {
  const given: (BackendOptions | undefined)[] = [];
  const { available, activate } = tfjsNode;
  onTestFinished(() => void Object.assign(tfjsNode, { available, activate }));
  Object.assign(tfjsNode, {
    available: async () => ({ ok: true }),
    activate: async (options?: BackendOptions) => void given.push(options),
  });
  await openBackend({ use: 'tfjs-node', root: import.meta.dirname, threads: 3, logger });
  await openBackend({ use: 'tfjs-node', root: import.meta.dirname, logger });
  expect(given).toEqual([{ threads: 3 }, {}]);
});
