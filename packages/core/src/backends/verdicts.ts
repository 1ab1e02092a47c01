import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { cpus, homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Verdict } from './self-test.js';

/** What self-tests found on this machine, so that they run once per machine and set of versions. */
export interface VerdictCache {
  get(name: string, detail: string): Promise<Verdict | undefined>;
  set(name: string, detail: string, verdict: Verdict): Promise<void>;
}

/** Where programs of this user keep what they can compute again. */
export function userCacheFolder(): string {
  const { env, platform } = process;
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'fsae', 'Cache');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'fsae');
  return join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'fsae');
}

/**
 * A small JSON file: what a verdict depends on -> verdict. An unreadable file or a read-only folder only means that the
 * self-test runs again.
 */
export function createVerdictCache(file = join(userCacheFolder(), 'backends.json')): VerdictCache {
  const read = async (): Promise<Record<string, Verdict>> => {
    try {
      return JSON.parse(await readFile(file, 'utf8')) as Record<string, Verdict>;
    } catch {
      return {};
    }
  };
  return {
    get: async (name, detail) => (await read())[keyOf(name, detail)],
    set: async (name, detail, verdict) => {
      const all = { ...(await read()), [keyOf(name, detail)]: verdict };
      try {
        await mkdir(dirname(file), { recursive: true });
        // Another process may do the same: whole files only, the last one wins.
        const temporary = `${file}.${process.pid}`;
        await writeFile(temporary, `${JSON.stringify(all, null, 2)}\n`);
        await rename(temporary, file);
      } catch {
        // Nowhere to write.
      }
    },
  };
}

/** Everything a verdict depends on: the backend and its versions, Node.js, the processor. */
function keyOf(name: string, detail: string): string {
  const [processor] = cpus();
  const parts = [name, detail, process.version, process.platform, process.arch, processor?.model ?? ''];
  return `${name}-${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)}`;
}
