import { appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fsaeError } from '../errors/catalogue.js';
import { reasonOf } from '../errors/describe.js';
import type { JobError, MeasuredRun } from './executor.js';

export const RESULTS = 'results.jsonl';

interface Labelled {
  readonly run: string;
  readonly axes: Readonly<Record<string, string>>;
  readonly seed: number;
  /** Hash of the resolved config. */
  readonly config: string;
}

/** A line of results.jsonl: a run that is trained and measured, or one that failed. */
export type ResultLine = (Labelled & MeasuredRun) | (Labelled & { readonly error: JobError });
export type MeasuredLine = Labelled & MeasuredRun;

export function isMeasured(line: ResultLine): line is MeasuredLine {
  return !('error' in line);
}

/** The newest line of each run, in the order of the file; none when there is no file. A line that was cut in half is left out. */
export async function readResults(path: string): Promise<ResultLine[]> {
  const lines = new Map<string, ResultLine>();
  for (const text of await linesOf(path)) {
    const line = parse(text);
    if (line !== undefined) lines.set(line.run, line);
  }
  return [...lines.values()];
}

/** Removes what a crash left half written, so that the next line starts on a line of its own. */
export async function repairResults(path: string): Promise<void> {
  const texts = await linesOf(path);
  const whole = texts.filter((text) => text.endsWith('\n') && parse(text) !== undefined);
  if (whole.length === texts.length) return;
  await writing(path, async () => {
    await writeFile(`${path}.tmp`, whole.join(''));
    await rename(`${path}.tmp`, path);
  });
}

export async function appendResult(path: string, line: ResultLine): Promise<void> {
  await writing(path, async () => {
    await mkdir(dirname(path), { recursive: true });
    await appendFile(path, `${JSON.stringify(line)}\n`);
  });
}

async function linesOf(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text.split(/(?<=\n)/).filter((line) => line !== '');
}

function parse(text: string): ResultLine | undefined {
  try {
    const line = JSON.parse(text) as ResultLine;
    return typeof line.run === 'string' ? line : undefined;
  } catch {
    return undefined;
  }
}

async function writing(path: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw fsaeError('FSAE_TRAINING_OUTPUT', { path, reason: reasonOf(error) }, error);
  }
}
