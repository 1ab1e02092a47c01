import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CheckpointStore } from '../../src/checkpoint/store.js';
import { smallContentsOf } from './contents.js';

// The machine stops at the `left`-th change to the disk: that one and every later one do nothing but fail.
const machine = vi.hoisted(() => ({ left: Number.POSITIVE_INFINITY, done: 0 }));
vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs/promises')>();
  // biome-ignore lint/suspicious/noExplicitAny: wraps functions of any signature
  const mortal = <F extends (...given: any[]) => Promise<unknown>>(change: F) =>
    (async (...given) => {
      machine.done++;
      if (machine.left-- <= 0) throw new Error('the machine is off');
      return change(...given);
    }) as F;
  const open = async (...given: Parameters<typeof real.open>): Promise<FileHandle> => {
    const handle = await real.open(...given);
    handle.write = mortal(handle.write.bind(handle) as never);
    // Counted but not done: it costs most of the time and changes nothing that this test can see.
    handle.sync = mortal(async () => {});
    return handle;
  };
  return { ...real, open: mortal(open), mkdir: mortal(real.mkdir), rename: mortal(real.rename), rm: mortal(real.rm) };
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fsae-crash-'));
});
afterEach(() => {
  machine.left = Number.POSITIVE_INFINITY;
  rmSync(folder, { recursive: true, force: true });
});

function storeOf(where: string) {
  const logger = { info() {}, warn() {} };
  return new CheckpointStore({ folder: where, keep: 2, logger, clock: { now: () => 0 } });
}

/** Dies at every single change to the disk that a save makes; afterwards a new process must find a whole checkpoint. */
async function dieEverywhere(steps: readonly number[], last: number) {
  const before = join(folder, 'before');
  mkdirSync(before);
  for (const step of steps) await storeOf(before).save(smallContentsOf(step));
  for (let at = 0; ; at++) {
    const where = join(folder, String(at));
    cpSync(before, where, { recursive: true });
    machine.left = at;
    const saved = await storeOf(where)
      .save(smallContentsOf(last))
      .then(
        () => true,
        () => false,
      );
    const off = machine.left < 0;
    machine.left = Number.POSITIVE_INFINITY;

    const found = await storeOf(where).latest();
    if (saved) expect(found?.step).toBe(last);
    else expect([steps.at(-1), last]).toContain(found?.step);
    expect(found).toEqual(expect.objectContaining(found ? smallContentsOf(found.step) : {}));
    // And the run goes on from there.
    await storeOf(where).save(smallContentsOf(last + 1));
    expect((await storeOf(where).latest())?.step).toBe(last + 1);
    expect(readdirSync(where).filter((name) => name.startsWith('.'))).toEqual([]);
    rmSync(where, { recursive: true });
    if (!off) return at;
  }
}

test('a crash at any moment of the first save leaves nothing or a whole checkpoint', async () => {
  expect(await dieEverywhere([], 1)).toBeGreaterThan(20);
});

test('a crash at any moment of a save that prunes leaves the one before or the new one', async () => {
  expect(await dieEverywhere([1, 2], 3)).toBeGreaterThan(20);
});

test('a crash at any moment of replacing the only checkpoint leaves one of the two', async () => {
  expect(await dieEverywhere([1], 1)).toBeGreaterThan(20);
});

/** One file of plain JavaScript: fifteen processes that each compile TypeScript would take most of the test. */
async function bundle(script: string): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'silent',
    ssr: { noExternal: true },
    build: { ssr: script, outDir: folder, rollupOptions: { output: { entryFileNames: 'loop.mjs' } } },
  });
  return join(folder, 'loop.mjs');
}

test('kill -9 in the middle of saving, fifteen times: the latest always loads, and no promised step is lost', async () => {
  const script = await bundle(fileURLToPath(new URL('saving-loop.ts', import.meta.url)));
  const runFolder = join(folder, 'run');
  let safe = 0;
  for (let time = 0; time < 15; time++) {
    const child = spawn(process.execPath, [script, runFolder, String(safe + 1)], { stdio: 'pipe' });
    let complaint = '';
    child.stderr.on('data', (text) => {
      complaint += text;
    });
    const exit = once(child, 'exit');
    for await (const line of createInterface({ input: child.stdout })) {
      safe = Number(line);
      // At another moment of the save each time.
      setTimeout(() => child.kill('SIGKILL'), time * 3).unref();
      break;
    }
    child.stdout.on('data', (text) => {
      safe = Number(String(text).trim().split('\n').at(-1));
    });
    await exit;
    expect(complaint).toBe('');
    const found = await storeOf(runFolder).latest();
    expect(found?.step).toBeGreaterThanOrEqual(safe);
    expect(found).toEqual(expect.objectContaining(smallContentsOf(found!.step)));
  }
  expect(safe).toBeGreaterThanOrEqual(15);
  // Seconds on an idle machine; processes and fsync are what suffers most on a busy one.
}, 180_000);
