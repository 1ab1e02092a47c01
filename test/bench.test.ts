import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';

const bench = (file: string) => import(fileURLToPath(new URL(`../scripts/bench/${file}`, import.meta.url)));
const { ratioOf, stepsOf, takeTurns } = await bench('measure.mjs');
const { Engine } = await bench('engine.mjs');
const { tables } = await bench('table.mjs');

const step = (seconds: number, clean = true) => ({ seconds, cpuSeconds: 2 * seconds, clean });
const rounds = (...of: readonly ReturnType<typeof step>[][]) => ({ engine: { peakMegabytes: 1 }, rounds: of });

test('a ratio has one sample per round in which both have clean steps: median and quartiles', () => {
  const one = rounds([step(2)], [step(3), step(5), step(99, false)], [step(8)], [step(7)], [step(1, false)]);
  const other = rounds([step(1)], [step(2)], [step(2)], [step(1)], [step(1)]);
  // 2, 2, 4, 7
  expect(ratioOf(one, other)).toEqual({ ratio: 3, low: 2, high: 4.75 });
  expect(ratioOf(one, undefined)).toEqual({ ratio: null, low: null, high: null });
});

test('figures are of clean steps, and of all where none was clean', () => {
  const mixed = stepsOf(rounds([step(1), step(9, false)], [step(3)]));
  expect(mixed).toMatchObject({ medianSeconds: 2, low: 1, high: 3, cpuSeconds: 6, cleanSteps: 2, droppedSteps: 1 });
  expect(stepsOf(rounds([step(1, false), step(9, false)]))).toMatchObject({ medianSeconds: 5, cleanSteps: 0 });
});

/** An engine whose steps do nothing, and which ends when it is asked for the given number of requests. */
const engine = (name: string, requests = Number.POSITIVE_INFINITY) => {
  const program = `
    let left = ${requests};
    console.log(JSON.stringify({ ready: true }));
    require('node:readline').createInterface({ input: process.stdin }).on('line', (count) => {
      if (left-- === 0) throw new Error('enough');
      for (let i = 0; i < count; i++) console.log(JSON.stringify({ seconds: 0.3, cpuSeconds: 0 }));
      console.log(JSON.stringify({ done: true, peakMegabytes: 7 }));
    });`;
  return new Engine(name, process.execPath, ['-e', program], { work: ['nothing'] });
};

test('engines take turns; one that is absent or ends is said in a line and left out', async ({ onTestFinished }) => {
  const lines = vi.spyOn(console, 'log').mockImplementation(() => {});
  onTestFinished(() => lines.mockRestore());
  const absent = new Engine('absent', 'no-such-program', [], { work: ['nothing'] });
  const taken = await takeTurns([absent, engine('mortal', 2), engine('long-lived')], {
    rounds: 3,
    steps: 5,
    seconds: 1.3,
  });
  expect(lines.mock.calls.map(([line]) => line)).toEqual([
    'absent is left out: spawn no-such-program ENOENT',
    'mortal is left out: in "nothing", Error: enough',
  ]);
  expect(taken.map((one: { engine: { name: string } }) => one.engine.name)).toEqual(['long-lived']);
  // 0.3 seconds are uncounted, three more steps begin within 1.3.
  expect(taken[0].rounds.map((round: unknown[]) => round.length)).toEqual([3, 3, 3]);
  expect(taken[0].engine.peakMegabytes).toBe(7);
});

test('a table names rows with few clean steps, and leaves out what was not measured', () => {
  const machine = { cpu: 'X', cores: 2, memoryGigabytes: 4, node: 'v20', platform: 'linux x64' };
  const row = { benchmark: 'demo', size: 64, backend: 'onnx', threads: 1, ...stepsOf(rounds([step(0.02)])) };
  const rates = { compileSeconds: 1, ratioToTorch: 1.5, ratioLow: 1.4, ratioHigh: 1.6, gflops: 45, shareOfPeak: null };
  const text = tables({
    machine,
    peakGflops: null,
    products: [],
    rows: [{ ...row, ...rates }],
    inference: [],
    loader: [],
  });
  expect(text.split('\n').at(-2)).toBe(
    '| demo, 64 px | onnx, 1 thread | 20.0 | 20.0 to 20.0 | 40.0 | 1 of 1 (few) | 1.50 (1.40 to 1.60) | 45 | - | 1 | 1.0 |',
  );
  expect(text).not.toContain('Swapping');
});
