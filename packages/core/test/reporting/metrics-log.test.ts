import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readLog } from '../../src/reporting/log-file.js';
import { MetricsLog } from '../../src/reporting/metrics-log.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fsae-metrics-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const text = (name: string, where = folder) => readFileSync(join(where, name), 'utf8');
let reads = 0;
async function train(from: number, until: number, { where = folder, every = 10, end = true } = {}) {
  const log = new MetricsLog({ folder: where, every, memory: () => ({ rss: 1000, tensors: 7 }) });
  await log.onStart(from);
  for (let index = from + 1; index <= until; index++) {
    const read = async () => {
      reads++;
      // As a backend gives them: float32.
      return { loss: Math.fround(1 / index), 'loss/l1': Math.fround(0.5 / index) };
    };
    await log.onStep({ index, seconds: 0.5, waitingSeconds: 0.125, read });
  }
  if (end) await log.onEnd();
}

test('a line for the first step and every tenth, values only', async () => {
  reads = 0;
  await train(0, 25);
  const lines = text('metrics.jsonl').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).step)).toEqual([1, 10, 20]);
  expect(lines[0]).toBe('{"step":1,"loss":1,"loss/l1":0.5}');
  expect(reads).toBe(3);
});

test('timings add up to the whole run', async () => {
  await train(0, 25);
  const lines = await readLog(join(folder, 'timings.jsonl'));
  expect(lines.map(({ step, steps }) => [step, steps])).toEqual([
    [1, 1],
    [10, 9],
    [20, 10],
    [25, 5],
  ]);
  expect(lines.at(-1)).toEqual({ step: 25, steps: 5, seconds: 2.5, waitingSeconds: 0.625, rss: 1000, tensors: 7 });
});

test('a run that was killed and resumed anywhere gives the same bytes as an unbroken one', async () => {
  await train(0, 60);
  const unbroken = text('metrics.jsonl');
  for (const [killed, checkpoint] of [
    [5, 0],
    [33, 27],
    [40, 40],
    [49, 20],
    [60, 55],
  ] as const) {
    const where = mkdtempSync(join(folder, 'resumed-'));
    await train(0, killed, { where, end: false });
    await train(checkpoint, 60, { where });
    expect(text('metrics.jsonl', where)).toBe(unbroken);
    const timings = await readLog(join(where, 'timings.jsonl'));
    expect(timings.every(({ step }, i) => i === 0 || step > (timings[i - 1]?.step ?? 0))).toBe(true);
  }
});

test('a line that a crash left half written is cut', async () => {
  await train(0, 20);
  const whole = text('metrics.jsonl');
  appendFileSync(join(folder, 'metrics.jsonl'), '{"step":2');
  expect((await readLog(join(folder, 'metrics.jsonl'))).length).toBe(3);
  await train(20, 20);
  expect(text('metrics.jsonl')).toBe(whole);
  expect(readdirSync(folder).sort()).toEqual(['metrics.jsonl', 'timings.jsonl']);
});

test('a new run of the same folder starts empty', async () => {
  await train(0, 30);
  await train(0, 1);
  expect(text('metrics.jsonl').split('\n').length).toBe(2);
});

test('a value that is not finite is null', async () => {
  const log = new MetricsLog({ folder, memory: () => ({ rss: 0, tensors: 0 }) });
  await log.onStart(0);
  await log.onStep({ index: 1, seconds: 1, waitingSeconds: 0, read: async () => ({ loss: Number.NaN }) });
  expect(text('metrics.jsonl')).toBe('{"step":1,"loss":null}\n');
});

test('a folder that cannot be written says so', async () => {
  writeFileSync(join(folder, 'file'), '');
  const log = new MetricsLog({ folder: join(folder, 'file', 'run'), memory: () => ({ rss: 0, tensors: 0 }) });
  await expect(log.onStart(0)).rejects.toThrow(expect.objectContaining({ code: 'FSAE_TRAINING_OUTPUT' }));
});

test('a log that is not there has no lines', async () => {
  expect(await readLog(join(folder, 'none.jsonl'))).toEqual([]);
});
