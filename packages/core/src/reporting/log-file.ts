import { appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fsaeError } from '../errors/catalogue.js';

/** A line of one of a run's logs: JSON, one object a line. */
export type LogLine = { readonly step: number } & Readonly<Record<string, number | null>>;

/** The lines of a log; none when the file is not there. A half-written last one is left out. */
export async function readLog(path: string): Promise<LogLine[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as LogLine];
    } catch {
      return [];
    }
  });
}

/** Adds a line. */
export function appendLine(path: string, line: object): Promise<void> {
  return explained(path, () => appendFile(path, `${JSON.stringify(line)}\n`));
}

/** Removes the lines after `step`, which are of a course that was given up, and one that a crash left half written. */
export function cutLog(path: string, step: number): Promise<void> {
  return explained(path, () => cut(path, step));
}

async function cut(path: string, step: number): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  const text = await readFile(path, 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const kept = text
    .split(/(?<=\n)/)
    .filter((line) => line.endsWith('\n') && isUpTo(line, step))
    .join('');
  if (kept === text) return;
  await writeFile(`${path}.tmp`, kept);
  await rename(`${path}.tmp`, path);
}

function isUpTo(line: string, step: number): boolean {
  try {
    return (JSON.parse(line) as { step: number }).step <= step;
  } catch {
    return false;
  }
}

async function explained<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw fsaeError('FSAE_TRAINING_OUTPUT', { path, reason }, error);
  }
}
