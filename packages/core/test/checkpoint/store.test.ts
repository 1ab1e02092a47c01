import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, type MockInstance, test, vi } from 'vitest';
import { FORMAT_VERSION } from '../../src/checkpoint/format.js';
import { CheckpointStore } from '../../src/checkpoint/store.js';
import { contentsOf } from './contents.js';

let root: string;
let folder: string;
let warnings: string[];
let sync: MockInstance;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'fsae-store-'));
  folder = join(root, 'runs/default/checkpoints');
  warnings = [];
  // Most of the time of a save, and nothing that a test could see without cutting the power: counted only.
  const handle = await open(root, 'r');
  await handle.close();
  sync = vi.spyOn(Object.getPrototypeOf(handle), 'sync').mockResolvedValue(undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true, force: true });
});

function storeOf(keep = 3, where = folder) {
  const logger = { info() {}, warn: (message: string) => void warnings.push(message) };
  return new CheckpointStore({ folder: where, keep, logger, clock: { now: () => Date.UTC(2026, 10, 24) } });
}
async function saveAll(store: CheckpointStore, ...steps: number[]) {
  for (const step of steps) await store.save(contentsOf(step));
}
const names = async (store: CheckpointStore) => (await store.list()).map(({ step }) => step);
const code = (code: string) => expect.objectContaining({ code });

test('gives back everything it was given', async () => {
  const store = storeOf();
  const frames = { src: [[0.3, 0.4] as const, [0.7, 0.4] as const] };
  const path = await store.save({ ...contentsOf(500), frames, consent: { src: 'signed 2026-11-01' } });
  expect(path).toBe(join(folder, 'step-000500'));
  const expected = {
    ...contentsOf(500),
    frames,
    consent: { src: 'signed 2026-11-01' },
    path,
    seed: 7,
    created: '2026-11-24T00:00:00.000Z',
  };
  expect(await store.load(path)).toEqual(expected);
  expect(await store.latest()).toEqual(expected);
  expect(readFileSync(join(folder, 'latest'), 'utf8')).toBe('step-000500\n');
});

test('every file and every folder is fsynced', async () => {
  const path = await storeOf().save(contentsOf(1));
  const entries = readdirSync(path, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).length;
  // The folders made (runs, default, checkpoints) in their parents; losses, the checkpoint, its new name; latest and its name.
  expect(sync.mock.calls.length).toBe(files + 3 + 3 + 2);
});

test('no average and no consent are no average and no consent', async () => {
  const { average: _, ...contents } = contentsOf(1);
  const checkpoint = await storeOf().load(await storeOf().save(contents));
  expect(Object.keys(checkpoint)).not.toContain('average');
  expect(Object.keys(checkpoint)).not.toContain('consent');
});

test('one run gives one set of bytes', async () => {
  const [a, b] = [join(root, 'a'), join(root, 'b')];
  const files = ['manifest.json', 'model.safetensors', 'optimizer.safetensors', 'losses/%40fsae%2floss-x.safetensors'];
  await storeOf(3, a).save(contentsOf(5));
  await storeOf(3, b).save(contentsOf(5));
  for (const file of files) {
    expect(readFileSync(join(a, 'step-000005', file)).equals(readFileSync(join(b, 'step-000005', file)))).toBe(true);
  }
});

test('without any save there is no latest', async () => {
  expect(await storeOf().latest()).toBeUndefined();
  mkdirSync(folder, { recursive: true });
  expect(await storeOf().latest()).toBeUndefined();
  expect(await storeOf().list()).toEqual([]);
});

test('keeps the newest and sorts by number', async () => {
  const store = storeOf(2);
  await saveAll(store, 999_999, 1_000_000, 1_000_001);
  expect(await names(store)).toEqual([1_000_000, 1_000_001]);
  expect((await store.latest())?.step).toBe(1_000_001);
});

test('keep: 0 still keeps the one just saved', async () => {
  const store = storeOf(0);
  await saveAll(store, 1, 2);
  expect(await names(store)).toEqual([2]);
});

test('going on from an earlier step: the new course is the latest and prunes the abandoned one first', async () => {
  const store = storeOf(2);
  await saveAll(store, 100, 900);
  await saveAll(store, 200);
  expect((await store.latest())?.step).toBe(200);
  expect(await names(store)).toEqual([100, 200]);
});

test('saving a step again replaces it', async () => {
  const store = storeOf();
  await saveAll(store, 100);
  await store.save({ ...contentsOf(100), datasets: { src: 'c', dst: 'd' } });
  expect((await store.latest())?.datasets).toEqual({ src: 'c', dst: 'd' });
  expect(readdirSync(folder).sort()).toEqual(['latest', 'step-000100']);
});

const files = [
  'manifest.json',
  'model.safetensors',
  'optimizer.safetensors',
  'average.safetensors',
  'losses/%40fsae%2floss-x.safetensors',
];
for (const file of files) {
  test(`one flipped byte in ${file}: refused with a reason, the one before it is used`, async () => {
    const store = storeOf();
    await saveAll(store, 100, 200);
    const path = join(folder, 'step-000200', file);
    const whole = readFileSync(path);
    // First, last and some between: header, data and padding.
    for (const share of [0, 0.1, 0.35, 0.5, 0.8, 1]) {
      const bytes = Buffer.from(whole);
      const at = Math.round(share * (bytes.length - 1));
      bytes[at] = (bytes[at] as number) ^ 0x04;
      writeFileSync(path, bytes);
      warnings.length = 0;
      await expect(store.load(join(folder, 'step-000200'))).rejects.toThrow(code('FSAE_CHECKPOINT_DAMAGED'));
      expect((await store.latest())?.step).toBe(100);
      expect(warnings).toEqual([expect.stringContaining(file)]);
    }
  });

  test(`${file} cut short or missing: refused, the one before it is used`, async () => {
    const store = storeOf();
    await saveAll(store, 100, 200);
    const path = join(folder, 'step-000200', file);
    writeFileSync(path, readFileSync(path).subarray(0, -1));
    expect((await store.latest())?.step).toBe(100);
    rmSync(path);
    await expect(store.load(join(folder, 'step-000200'))).rejects.toThrow(/no such file/);
    expect((await store.latest())?.step).toBe(100);
    expect(warnings.length).toBe(2);
  });
}

test('any flipped bit of the manifest is noticed', async () => {
  const store = storeOf();
  await saveAll(store, 100);
  const path = join(folder, 'step-000100', 'manifest.json');
  const whole = readFileSync(path);
  for (let at = 0; at < whole.length; at += 13) {
    const bytes = Buffer.from(whole);
    bytes[at] = (bytes[at] as number) ^ (1 << (at % 8));
    writeFileSync(path, bytes);
    await expect(store.load(join(folder, 'step-000100'))).rejects.toThrow(code('FSAE_CHECKPOINT_DAMAGED'));
  }
});

test('all damaged: an error that names each, never a silent fresh start', async () => {
  const store = storeOf();
  await saveAll(store, 100, 200);
  for (const name of ['step-000100', 'step-000200']) writeFileSync(join(folder, name, 'model.safetensors'), 'no');
  await expect(store.latest()).rejects.toThrow(code('FSAE_CHECKPOINT_NONE_USABLE'));
  await expect(store.latest()).rejects.toThrow(/step-000200: .*step-000100: /s);
});

test('a lost or wrong `latest` file is no loss', async () => {
  const store = storeOf();
  await saveAll(store, 100, 200);
  for (const text of ['step-000300\n', '../../secrets', '']) {
    writeFileSync(join(folder, 'latest'), text);
    expect((await store.latest())?.step).toBe(200);
  }
  rmSync(join(folder, 'latest'));
  expect((await store.latest())?.step).toBe(200);
});

async function rewriteManifest(path: string, change: (manifest: Record<string, unknown>) => void) {
  const { createHash } = await import('node:crypto');
  const { sha256: _, ...manifest } = JSON.parse(readFileSync(join(path, 'manifest.json'), 'utf8'));
  change(manifest);
  const sha256 = createHash('sha256').update(JSON.stringify(manifest)).digest('hex');
  writeFileSync(join(path, 'manifest.json'), `${JSON.stringify({ ...manifest, sha256 }, null, 2)}\n`);
}

test('a checkpoint that a trainer prunes while it is read is no damage', async () => {
  const store = storeOf(1);
  await saveAll(store, 100);
  const load = store.load.bind(store);
  vi.spyOn(store, 'load').mockImplementationOnce(async (path) => {
    await saveAll(storeOf(1), 200);
    return load(path);
  });
  expect((await store.latest())?.step).toBe(200);
  expect(warnings).toEqual([]);
});

test('a newer format is an error, not damage: going back behind it would lose work', async () => {
  const store = storeOf();
  await saveAll(store, 100, 200);
  await rewriteManifest(join(folder, 'step-000200'), (manifest) => {
    manifest['version'] = FORMAT_VERSION + 1;
  });
  await expect(store.latest()).rejects.toThrow(code('FSAE_CHECKPOINT_VERSION'));
  expect(await names(store)).toEqual([100, 200]);
});

test('a manifest made by hand cannot reach outside its folder or leave a file out', async () => {
  const store = storeOf();
  const path = await store.save(contentsOf(100));
  const damaged = code('FSAE_CHECKPOINT_DAMAGED');
  await rewriteManifest(path, (manifest) => {
    manifest['losses'] = ['../../../../etc/passwd'];
  });
  await expect(store.load(path)).rejects.toThrow(/losses\/%2e%2e%2f/);
  await rewriteManifest(path, (manifest) => {
    manifest['losses'] = [];
    manifest['files'] = {};
  });
  await expect(store.load(path)).rejects.toThrow(/does not describe/);
  await rewriteManifest(path, (manifest) => {
    delete manifest['step'];
  });
  await expect(store.load(path)).rejects.toThrow(damaged);
});

test('what is not a checkpoint is said to be none', async () => {
  await expect(storeOf().load(join(root, 'nowhere'))).rejects.toThrow(code('FSAE_CHECKPOINT_MISSING'));
  await expect(storeOf().load(root)).rejects.toThrow(code('FSAE_CHECKPOINT_DAMAGED'));
});

test('leftovers of a crash are ignored by reading and cleaned by the next save', async () => {
  const store = storeOf();
  await saveAll(store, 100);
  const half = join(folder, '.tmp-step-000200');
  mkdirSync(join(half, 'losses'), { recursive: true });
  writeFileSync(join(half, 'model.safetensors'), 'half');
  writeFileSync(join(folder, '.tmp-latest'), 'step-00');
  expect((await store.latest())?.step).toBe(100);
  expect(existsSync(half)).toBe(true);
  await saveAll(store, 200);
  expect(readdirSync(folder).sort()).toEqual(['latest', 'step-000100', 'step-000200']);
});

test('a state that JSON does not keep is refused and nothing is written', async () => {
  const store = storeOf();
  await saveAll(store, 100);
  for (const state of [{ best: Number.NaN }, new Map([[1, 2]]), { a: 1n }, { f() {} }, undefined]) {
    const saved = store.save({ ...contentsOf(200), callbacks: { stop: state } });
    await expect(saved).rejects.toThrow(code('FSAE_CHECKPOINT_STATE'));
  }
  expect(readdirSync(folder).sort()).toEqual(['latest', 'step-000100']);
});

test('a full disk: its own code, nothing lost, nothing left behind', async () => {
  const store = storeOf(1);
  await saveAll(store, 100);
  const handle = await open(join(root, 'any'), 'w');
  await handle.close();
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' });
  const write = vi.spyOn(Object.getPrototypeOf(handle), 'write').mockRejectedValue(full);
  await expect(store.save(contentsOf(200))).rejects.toThrow(code('FSAE_CHECKPOINT_NO_SPACE'));
  write.mockRestore();
  expect(readdirSync(folder).sort()).toEqual(['latest', 'step-000100']);
  expect((await store.latest())?.step).toBe(100);
  await saveAll(store, 200);
  expect(await names(store)).toEqual([200]);
});

test('a folder that cannot be written to: its own code, nothing lost', async () => {
  const store = storeOf();
  await saveAll(store, 100);
  await asNobody(async () => {
    await expect(store.save(contentsOf(200))).rejects.toThrow(code('FSAE_CHECKPOINT_WRITE'));
  });
  expect((await store.latest())?.step).toBe(100);
  writeFileSync(join(root, 'file'), '');
  await expect(storeOf(1, join(root, 'file/checkpoints')).save(contentsOf(1))).rejects.toThrow(
    code('FSAE_CHECKPOINT_WRITE'),
  );
});

/** Runs `work` where the folder is read-only, also for root, whom permissions do not stop. */
async function asNobody(work: () => Promise<void>) {
  chmodSync(root, 0o755);
  chmodSync(folder, 0o555);
  const root_ = process.geteuid?.() === 0;
  if (root_) process.seteuid?.(65534);
  try {
    await work();
  } finally {
    if (root_) process.seteuid?.(0);
    chmodSync(folder, 0o755);
  }
}
