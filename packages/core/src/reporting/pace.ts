import type { StepReport } from '../contracts/index.js';

/** Speed over the last seconds, so that a slow start (compilation, cold cache) does not spoil the forecast for long. */
export class Pace {
  readonly #window: number;
  #marks: { readonly at: number; readonly step: number; readonly seconds: number; readonly waiting: number }[] = [];
  #seconds = 0;
  #waiting = 0;

  /** Starts at `step` at time `now`; looks back over `window`, both in milliseconds. */
  constructor(step: number, now: number, window = 15_000) {
    this.#window = window;
    this.#marks.push({ at: now, step, seconds: 0, waiting: 0 });
  }

  add({ seconds, waitingSeconds }: StepReport): void {
    this.#seconds += seconds;
    this.#waiting += waitingSeconds;
  }

  /** Call now and then: each call is a mark that later speeds are measured from. */
  mark(step: number, now: number): { readonly stepsPerSecond: number; readonly waiting: number } {
    while (this.#marks.length > 1 && now - (this.#marks[1]?.at ?? now) >= this.#window) this.#marks.shift();
    const first = this.#marks[0];
    this.#marks.push({ at: now, step, seconds: this.#seconds, waiting: this.#waiting });
    if (first === undefined) return { stepsPerSecond: 0, waiting: 0 };
    const [elapsed, busy] = [(now - first.at) / 1000, this.#seconds - first.seconds];
    return {
      stepsPerSecond: elapsed > 0 ? (step - first.step) / elapsed : 0,
      waiting: busy > 0 ? (this.#waiting - first.waiting) / busy : 0,
    };
  }
}
