import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fsaeError } from '../errors/catalogue.js';

/**
 * Keeps a second sweep out of a folder while the first one runs: two would train the same runs into the same files. The
 * lock of a process that is gone counts for nothing.
 * @returns what opens it again
 * @throws FSAE_SWEEP_RUNNING
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'sweep.lock');
  await mkdir(folder, { recursive: true });
  for (;;) {
    const taken = await writeFile(path, String(process.pid), { flag: 'wx' }).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'EEXIST') return false;
        throw fsaeError('FSAE_TRAINING_OUTPUT', { path, reason: error.message }, error);
      },
    );
    if (taken) return () => rm(path, { force: true });
    const holder = Number(await readFile(path, 'utf8').catch(() => ''));
    if (isAlive(holder)) throw fsaeError('FSAE_SWEEP_RUNNING', { folder, process: holder });
    await rm(path, { force: true });
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
