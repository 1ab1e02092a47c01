import { duration } from '../reporting/numbers.js';
import type { ProgressOutput } from '../reporting/progress.js';
import type { JobError, MeasuredRun } from './executor.js';
import type { PlannedRun } from './plan.js';
import type { SweepWatcher } from './sweep.js';

const REDRAW = 250;
const LINE_SECONDS = 60;
const CLEAR = '\r\u001b[2K';

/** A line for each run that ends; under them what is running, redrawn in a terminal and repeated each minute elsewhere. */
export class SweepProgress implements SweepWatcher {
  readonly #output: ProgressOutput;
  readonly #clock: { now(): number };
  readonly #running = new Map<string, { step: number; readonly of: number }>();
  #begun = 0;
  #said = 0;
  #total = 0;
  #ended = 0;
  /** Steps to train when the sweep began, and trained since. */
  #steps = { all: 0, done: 0 };

  constructor(output: ProgressOutput, clock: { now(): number } = Date) {
    this.#output = output;
    this.#clock = clock;
  }

  onStart(todo: readonly PlannedRun[], finished: number): void {
    [this.#begun, this.#said] = [this.#clock.now(), this.#clock.now()];
    this.#total = todo.length + finished;
    this.#ended = finished;
    this.#steps.all = todo.reduce((sum, { config }) => sum + config.train.steps, 0);
    this.#line(
      `${todo.length} of ${this.#total} runs to do${finished > 0 ? `, ${finished} in the results already` : ''}.`,
    );
  }

  onStep(run: PlannedRun, step: number): void {
    const known = this.#running.get(run.run);
    // A resumed run begins where it was; what it did before is not this sweep's speed.
    if (known === undefined) this.#steps.all -= step;
    else this.#steps.done += Math.max(0, step - known.step);
    this.#running.set(run.run, { step, of: run.config.train.steps });
    const [now, tty] = [this.#clock.now(), this.#output.isTTY === true];
    if (now - this.#said < (tty ? REDRAW : LINE_SECONDS * 1000)) return;
    this.#said = now;
    if (tty) this.#output.write(`${CLEAR}${this.#status().slice(0, (this.#output.columns ?? 80) - 1)}`);
    else this.#output.write(`${this.#status()}\n`);
  }

  onLost({ run }: PlannedRun, reason: string): void {
    this.#line(`${run}: its process is gone (${reason.split('\n')[0]}); it goes on from its checkpoint.`);
  }

  onDone(run: PlannedRun, { step, seconds, backend }: MeasuredRun): void {
    this.#settle(run);
    this.#line(`${this.#count()} ${run.run}: ${step} steps in ${duration(seconds)} on ${backend}`);
  }

  onFailed(run: PlannedRun, { code, message }: JobError): void {
    this.#settle(run);
    this.#line(`${this.#count()} ${run.run} FAILED: ${code ?? ''} ${message.split('\n')[0]}`);
  }

  onEnd(): void {
    if (this.#output.isTTY === true) this.#output.write(CLEAR);
  }

  #settle({ run, config }: PlannedRun): void {
    const known = this.#running.get(run);
    if (known === undefined) this.#steps.all -= config.train.steps;
    else this.#steps.done += config.train.steps - known.step;
    this.#running.delete(run);
    this.#ended++;
  }

  #count(): string {
    return `[${String(this.#ended).padStart(String(this.#total).length)}/${this.#total}]`;
  }

  #status(): string {
    const { all, done } = this.#steps;
    const seconds = (this.#clock.now() - this.#begun) / 1000;
    const left = done > 0 ? duration(((all - done) * seconds) / done) : '?';
    const running = [...this.#running].map(([run, { step, of }]) => `${run} ${step}/${of}`).join(', ');
    return `${this.#count()} about ${left} left; ${running}`;
  }

  #line(text: string): void {
    this.#output.write(`${this.#output.isTTY === true ? CLEAR : ''}${text}\n`);
  }
}
