import { expect, test } from 'vitest';
import type { StepReport } from '../../src/contracts/index.js';
import { Progress, type ProgressOutput } from '../../src/reporting/progress.js';

const values = { loss: 0.1234, 'loss/l1': 0.1, 'loss/latent-statistics': 0.0234, gradientNorm: 1 };

/** A terminal and a clock of our own: every step takes `milliseconds`, a tenth of it waiting for data. */
function runOf(steps: number, output: Partial<ProgressOutput> = {}, milliseconds = 100) {
  const written: string[] = [];
  const clock = { at: 0, now: () => clock.at };
  let reads = 0;
  const progress = new Progress({
    steps,
    output: { ...output, write: (text: string) => written.push(text) },
    clock,
    memory: () => ({ rss: 412_345_678, tensors: 310 }),
  });
  const step = async (index: number) => {
    clock.at += milliseconds;
    const seconds = milliseconds / 1000;
    const report: StepReport = {
      index,
      seconds,
      waitingSeconds: seconds / 10,
      read: async () => {
        reads++;
        return values;
      },
    };
    await progress.onStep(report);
  };
  const train = async (from: number, until: number) => {
    progress.onStart(from);
    for (let index = from + 1; index <= until; index++) await step(index);
  };
  return { progress, written, train, step, clock, reads: () => reads };
}
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape is what is looked at
const frames = (written: string[]) => written.map((text) => /^\r\u001b\[2K(.*)$/.exec(text)?.[1]);

test('a wide terminal shows everything on one line', async () => {
  const { train, written } = runOf(1000, { isTTY: true, columns: 200 });
  await train(0, 500);
  expect(frames(written).at(-1)).toBe(
    '██████████░░░░░░░░░░  step 499/1000 49%  ETA 0:50  10 steps/s  loss 0.123  l1 0.1  latent-statistics 0.0234  waiting 10%  412 MB  310 tensors',
  );
});

test('reads at most every 250 ms: a read waits for the device', async () => {
  const fast = runOf(10_000, { isTTY: true, columns: 80 }, 1);
  await fast.train(0, 1000);
  expect(fast.reads()).toBe(4);
  const slow = runOf(10, { isTTY: true, columns: 80 }, 2000);
  await slow.train(0, 10);
  expect(slow.reads()).toBe(10);
});

test('no width makes the line wrap, and none makes it fail', async () => {
  for (let columns = 1; columns < 160; columns++) {
    const { train, written } = runOf(1000, { isTTY: true, columns });
    await train(0, 7);
    for (const frame of frames(written)) expect((frame as string).length).toBeLessThan(columns);
  }
});

test('a narrow terminal keeps the step and drops the bar', async () => {
  const { train, written } = runOf(1000, { isTTY: true, columns: 40 });
  await train(0, 3);
  expect(frames(written).at(-1)).toBe('step 1/1000 0%  ETA 1:40  10 steps/s');
});

test('the last step is always drawn, and the end replaces the bar by a line', async () => {
  const { train, progress, written } = runOf(1000, { isTTY: true, columns: 80 });
  await train(0, 1000);
  expect(frames(written).at(-1)).toContain('████████████████████  step 1000/1000 100%  ETA 0:00');
  progress.onEnd({ step: 1000, reason: 'done' });
  expect(written.slice(-2)).toEqual(['\r\u001b[2K', 'step 1000/1000 done: 1000 steps in 1:40\n']);
});

test('without a terminal there are plain lines: one every 5 %', async () => {
  const { train, progress, written } = runOf(1000, {}, 100);
  await train(0, 1000);
  expect(written.length).toBe(21);
  expect(written[0]).toMatch(/^step 1\/1000 0% {2}ETA 1:40 {2}10 steps\/s {2}loss 0.123 .* 310 tensors\n$/);
  expect(written.slice(1).map((line) => line.split('  ')[0])).toEqual(
    Array.from({ length: 20 }, (_, i) => `step ${(i + 1) * 50}/1000 ${(i + 1) * 5}%`),
  );
  for (const line of written) for (const drawn of ['\u001b', '\r', '█']) expect(line).not.toContain(drawn);
  progress.onEnd({ step: 1000, reason: 'done' });
  expect(written.at(-1)).toBe('step 1000/1000 done: 1000 steps in 1:40\n');
});

test('and one every 30 s where 5 % take longer', async () => {
  const { train, written } = runOf(1000, {}, 4000);
  await train(0, 49);
  expect(written.map((line) => line.split(' ')[1])).toEqual([
    '1/1000',
    '9/1000',
    '17/1000',
    '25/1000',
    '33/1000',
    '41/1000',
    '49/1000',
  ]);
});

test('a resumed run measures its own speed and counts its own steps', async () => {
  const { train, progress, written } = runOf(1000, {}, 100);
  await train(900, 950);
  expect(written.at(-1)).toContain('step 950/1000 95%  ETA 0:05  10 steps/s  loss 0.123');
  progress.onEnd({ step: 950, reason: 'stopped' });
  expect(written.at(-1)).toBe('step 950/1000 stopped: 50 steps in 0:05\n');
});

test('the forecast follows a change of speed within some seconds', async () => {
  const run = runOf(10_000, { isTTY: true, columns: 200 });
  run.progress.onStart(0);
  run.clock.at += 60_000; // the first step compiles
  await run.step(1);
  for (let step = 2; step <= 400; step++) await run.step(step);
  expect(frames(run.written).at(-1)).toContain('10 steps/s');
});

test('other text goes above the bar', async () => {
  const { train, progress, written } = runOf(1000, { isTTY: true, columns: 80 });
  await train(0, 1);
  const bar = written.at(-1) as string;
  progress.aside(() => written.push('warning: few faces\n'));
  expect(written.slice(-3)).toEqual(['\r\u001b[2K', 'warning: few faces\n', bar]);
  const plain = runOf(1000);
  plain.progress.aside(() => plain.written.push('text\n'));
  expect(plain.written).toEqual(['text\n']);
});

test('a value that is not finite is shown as it is', async () => {
  const { progress, written } = runOf(10, {});
  progress.onStart(0);
  await progress.onStep({ index: 10, seconds: 1, waitingSeconds: 0, read: async () => ({ loss: Number.NaN }) });
  expect(written[0]).toContain('ETA ?  0 steps/s  loss NaN');
});
