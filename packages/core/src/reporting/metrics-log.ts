import { appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Callback, StepReport } from '../contracts/index.js';
import { fsaeError } from '../errors/catalogue.js';
import type { Memory } from './memory.js';

export interface MetricsLogOptions {
  /** The run's folder. */
  readonly folder: string;
  readonly memory: () => Memory;
  /** Steps between lines; each line waits for the device. Defaults to 10. Step 1 is always logged. */
  readonly every?: number;
}

/**
 * Two files of one JSON object a line. metrics.jsonl: `step` and the logged values; the same run gives the same bytes,
 * stopped and resumed or not. timings.jsonl: `step`, and since the line before `steps`, `seconds` and `waitingSeconds`,
 * then `rss` (bytes) and `tensors`. A value that is not finite is written as null.
 */
export class MetricsLog implements Callback {
  readonly name = 'metrics';
  readonly #metrics: string;
  readonly #timings: string;
  readonly #every: number;
  readonly #memory: () => Memory;
  #steps = 0;
  #seconds = 0;
  #waiting = 0;
  #step = 0;

  constructor({ folder, memory, every = 10 }: MetricsLogOptions) {
    this.#metrics = join(folder, 'metrics.jsonl');
    this.#timings = join(folder, 'timings.jsonl');
    this.#every = Math.max(1, every);
    this.#memory = memory;
  }

  /** `step` is the last finished one: lines after it are of a course that was given up. */
  async onStart(step: number): Promise<void> {
    for (const path of [this.#metrics, this.#timings]) await explained(path, () => cut(path, step));
  }

  async onStep(report: StepReport): Promise<void> {
    this.#step = report.index;
    this.#steps++;
    this.#seconds += report.seconds;
    this.#waiting += report.waitingSeconds;
    // By the step alone, so that it does not matter where a run was resumed.
    if (report.index !== 1 && report.index % this.#every !== 0) return;
    await this.#append(this.#metrics, { step: report.index, ...(await report.read()) });
    await this.#appendTiming();
  }

  async onEnd(): Promise<void> {
    if (this.#steps > 0) await this.#appendTiming();
  }

  async #appendTiming(): Promise<void> {
    const timing = { step: this.#step, steps: this.#steps, seconds: this.#seconds, waitingSeconds: this.#waiting };
    [this.#steps, this.#seconds, this.#waiting] = [0, 0, 0];
    await this.#append(this.#timings, { ...timing, ...this.#memory() });
  }

  #append(path: string, line: object): Promise<void> {
    return explained(path, () => appendFile(path, `${JSON.stringify(line)}\n`));
  }
}

/** A line of either file. */
export type LogLine = { readonly step: number } & Readonly<Record<string, number | null>>;

/** The lines of metrics.jsonl or timings.jsonl; none when the file is not there. A half-written last one is left out. */
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

/** Removes the lines after `step`, and one that a crash left half written. */
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
