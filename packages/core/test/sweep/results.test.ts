import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockFolder } from '../../src/sweep/lock.js';
import { appendResult, type ResultLine, readResults, repairResults } from '../../src/sweep/results.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fsae-results-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const line = (run: string, changes: object = {}) =>
  ({
    run,
    axes: { seed: '1' },
    seed: 1,
    config: 'aa',
    step: 3,
    seconds: 1,
    rows: [],
    ...changes,
  }) as unknown as ResultLine;

test('no file, no results', async () => {
  expect(await readResults(join(folder, 'results.jsonl'))).toEqual([]);
});

test('the newest line of a run counts; a line cut in half is dropped and the next one starts afresh', async () => {
  const path = join(folder, 'results.jsonl');
  await appendResult(path, line('a', { error: { code: null, message: 'out of luck' } }));
  await appendResult(path, line('b'));
  await appendResult(path, line('a', { step: 9 }));
  await writeFile(path, `${await readFile(path, 'utf8')}${JSON.stringify(line('c')).slice(0, 40)}`);
  expect(await readResults(path)).toEqual([line('a', { step: 9 }), line('b')]);
  await repairResults(path);
  await appendResult(path, line('c'));
  expect((await readResults(path)).map(({ run }) => run)).toEqual(['a', 'b', 'c']);
  expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(5);
});

test('one sweep at a time in a folder; the lock of a process that is gone counts for nothing', async () => {
  const unlock = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'FSAE_SWEEP_RUNNING' });
  await unlock();
  // No process has this number: it is above the highest that Linux, macOS and Windows give.
  await writeFile(join(folder, 'sweep.lock'), String(2 ** 31 - 2));
  await (await lockFolder(folder))();
  await expect(readFile(join(folder, 'sweep.lock'))).rejects.toThrow('ENOENT');
});
