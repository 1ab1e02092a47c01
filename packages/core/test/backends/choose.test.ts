import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { chooseBackend } from '../../src/backends/choose.js';
import { cpu } from '../../src/backends/cpu.js';
import { describeBackends } from '../../src/backends/describe.js';
import { createVerdictCache } from '../../src/backends/verdicts.js';
import { wasm } from '../../src/backends/wasm.js';
import type { BackendProvider } from '../../src/contracts/index.js';

const absent: BackendProvider = {
  name: 'tfjs-node',
  deterministic: true,
  available: async () => ({ ok: false, reason: 'it is not installed', install: 'npx fsae backend install tfjs-node' }),
  activate: async () => {
    throw new Error('never activated');
  },
};

/** Claims to be the fastest and is cpu with another LeakyRelu. */
const wrong: BackendProvider = {
  name: 'tfjs-node-gpu',
  deterministic: true,
  available: async () => ({ ok: true, detail: 'wrong 1.0.0' }),
  activate: async () => {
    await tf.setBackend('cpu');
  },
  optimizer: (_options, weights) => ({
    state: {},
    apply: () => {
      for (const weight of Object.values(weights)) weight.assign(tf.tidy(() => tf.mul(weight, 1.01)));
    },
    dispose: () => {},
  }),
};

function providers(...list: BackendProvider[]) {
  return new Map(list.map((provider) => [provider.name, provider]));
}

async function setUp() {
  const folder = await mkdtemp(join(tmpdir(), 'fsae-backends-'));
  const file = join(folder, 'cache', 'backends.json');
  const lines: string[] = [];
  const logger = { info: (line: string) => lines.push(line), warn: (line: string) => lines.push(`warning: ${line}`) };
  return { file, lines, logger, verdicts: createVerdictCache(file) };
}

test('auto takes the best that is present and correct, and says why and what would be faster', async () => {
  const { lines, logger, verdicts } = await setUp();
  await cpu.activate();
  const all = providers(cpu, absent, wasm, wrong);
  const { provider, why } = await chooseBackend('auto', {}, all, logger, verdicts);
  expect(provider.name).toBe('wasm');
  expect(why).toMatch(
    /^backend wasm: the fastest present whose self-test agrees with cpu \(to \de-\d\); faster would be /,
  );
  expect(why).toContain('tfjs-node (npx fsae backend install tfjs-node)');
  expect(why).toContain('onnx (npm i @fsae/backend-onnx)');
  expect(lines).toEqual([expect.stringMatching(/^warning: backend tfjs-node-gpu is left out/), why]);
  expect(tf.getBackend()).toBe('cpu');
});

test('a verdict is kept per machine: the second choice activates nothing', async () => {
  const { file, logger, verdicts } = await setUp();
  await cpu.activate();
  await chooseBackend('auto', {}, providers(cpu, wasm), logger, verdicts);
  expect(Object.values(JSON.parse(await readFile(file, 'utf8')))).toEqual([expect.objectContaining({ ok: true })]);
  const lazy: BackendProvider = { ...wasm, activate: async () => expect.unreachable() };
  const again = await chooseBackend('auto', {}, providers(cpu, lazy), logger, verdicts);
  expect(again.provider).toBe(lazy);
});

test('a failed self-test is not held against a backend that has been mended since', async () => {
  const { lines, logger, verdicts } = await setUp();
  await cpu.activate();
  await chooseBackend('auto', {}, providers(cpu, wrong), logger, verdicts);
  const mended: BackendProvider = { ...wasm, name: wrong.name, available: wrong.available };
  const { provider } = await chooseBackend('auto', {}, providers(cpu, mended), logger, verdicts);
  expect(provider).toBe(mended);
  expect(lines.filter((line) => line.startsWith('warning'))).toHaveLength(1);
});

test('only cpu is left: it is chosen without a self-test', async () => {
  const { logger, verdicts } = await setUp();
  const { provider, why } = await chooseBackend('auto', {}, providers(absent, cpu), logger, verdicts);
  expect(provider).toBe(cpu);
  expect(why).toContain('wasm (npm i @tensorflow/tfjs-backend-wasm)');
  const driverless = { ok: false, reason: 'no driver', install: 'the driver of your card' } as const;
  const card: BackendProvider = { ...absent, name: 'tfjs-node-gpu', available: async () => driverless };
  expect((await chooseBackend('auto', {}, providers(card, cpu), logger, verdicts)).why).not.toContain('gpu');
});

test('a named backend is taken or refused with reason and remedy', async () => {
  const { logger, verdicts } = await setUp();
  const all = providers(cpu, absent, wasm);
  expect((await chooseBackend('cpu', {}, all, logger, verdicts)).provider).toBe(cpu);
  await expect(chooseBackend('tfjs-node', {}, all, logger, verdicts)).rejects.toMatchObject({
    code: 'FSAE_BACKEND_UNAVAILABLE',
    message: expect.stringMatching(/it is not installed[\s\S]*fsae backend install tfjs-node/),
  });
  await expect(chooseBackend('cuda', {}, all, logger, verdicts)).rejects.toMatchObject({
    code: 'FSAE_BACKEND_UNKNOWN',
    message: expect.stringContaining('auto, cpu, tfjs-node, wasm'),
  });
});

test('doctor sees every backend in the order of auto', async () => {
  const { verdicts } = await setUp();
  await cpu.activate();
  const rows = await describeBackends(providers(cpu, wasm, absent, wrong), verdicts);
  expect(rows.map(({ name, rank, found }) => [name, rank, found])).toEqual([
    ['tfjs-node-gpu', 1, true],
    ['tfjs-node', 2, false],
    ['wasm', 3, true],
    ['cpu', 4, true],
  ]);
  expect(rows[0]?.selfTest).toMatchObject({ ok: false });
  expect(rows[1]).toMatchObject({
    detail: 'it is not installed',
    install: 'npx fsae backend install tfjs-node',
    selfTest: null,
  });
  expect(rows[2]?.selfTest).toMatchObject({ ok: true });
  expect(rows[2]?.detail).toMatch(/tfjs-backend-wasm \d+\.\d+\.\d+/);
});
