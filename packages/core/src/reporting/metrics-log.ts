import { join } from 'node:path';
import type { Callback, StepReport } from '../contracts/index.js';
import { appendLine, cutLog } from './log-file.js';
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

  /** `step` is the last finished one. */
  async onStart(step: number): Promise<void> {
    for (const path of [this.#metrics, this.#timings]) await cutLog(path, step);
  }

  async onStep(report: StepReport): Promise<void> {
    this.#step = report.index;
    this.#steps++;
    this.#seconds += report.seconds;
    this.#waiting += report.waitingSeconds;
    // By the step alone, so that it does not matter where a run was resumed.
    if (report.index !== 1 && report.index % this.#every !== 0) return;
    await appendLine(this.#metrics, { step: report.index, ...(await report.read()) });
    await this.#appendTiming();
  }

  async onEnd(): Promise<void> {
    if (this.#steps > 0) await this.#appendTiming();
  }

  async #appendTiming(): Promise<void> {
    const timing = { step: this.#step, steps: this.#steps, seconds: this.#seconds, waitingSeconds: this.#waiting };
    [this.#steps, this.#seconds, this.#waiting] = [0, 0, 0];
    await appendLine(this.#timings, { ...timing, ...this.#memory() });
  }
}
