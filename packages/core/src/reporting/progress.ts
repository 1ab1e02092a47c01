import type { Callback, StepReport, TrainingEnd } from '../contracts/index.js';
import type { Memory } from './memory.js';
import { duration, shortNumber } from './numbers.js';
import { Pace } from './pace.js';

/** The part of process.stdout that progress needs. */
export interface ProgressOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface ProgressOptions {
  /** The step at which the run is done. */
  readonly steps: number;
  readonly output: ProgressOutput;
  readonly clock: { now(): number };
  readonly memory: () => Memory;
  /** Seconds between plain lines, where the output is no terminal. Defaults to 30. */
  readonly lineSeconds?: number;
}

/** A read waits for the device on asynchronous backends, so a fast run is not read at every step. */
const READ_EVERY = 250;
const LINE_SHARE = 0.05;
const BAR = 20;
const HIDE_CURSOR_LINE = '\r\u001b[2K';

/**
 * What is seen while training: a bar that is redrawn in place in a terminal, and elsewhere a plain line every 5 % or
 * `lineSeconds`, whichever is first.
 */
export class Progress implements Callback {
  readonly name = 'progress';
  readonly #options: ProgressOptions;
  #pace: Pace;
  #begun: number;
  #from = 0;
  #last = { at: Number.NEGATIVE_INFINITY, step: 0 };
  #bar = '';

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#begun = options.clock.now();
    this.#pace = new Pace(0, this.#begun);
  }

  onStart(step: number): void {
    this.#begun = this.#options.clock.now();
    this.#from = step;
    this.#last = { at: Number.NEGATIVE_INFINITY, step };
    this.#pace = new Pace(step, this.#begun);
  }

  async onStep(report: StepReport): Promise<void> {
    this.#pace.add(report);
    const now = this.#options.clock.now();
    if (!this.#isDue(report.index, now)) return;
    this.#last = { at: now, step: report.index };
    const segments = this.#segments(report.index, await report.read());
    const { output } = this.#options;
    if (output.isTTY === true) this.#draw(fit(segments, (output.columns ?? 80) - 1));
    else output.write(`${segments.slice(1).join('  ')}\n`);
  }

  onEnd({ step, reason }: TrainingEnd): void {
    const took = duration((this.#options.clock.now() - this.#begun) / 1000);
    const said = { done: 'done', stopped: 'stopped', diverged: 'stopped because it diverged' }[reason];
    this.#draw('');
    this.#options.output.write(`step ${step}/${this.#options.steps} ${said}: ${step - this.#from} steps in ${took}\n`);
  }

  /** Lets something else be written while the bar stands: it goes above the bar. */
  aside(write: () => void): void {
    const bar = this.#bar;
    this.#draw('');
    write();
    this.#draw(bar);
  }

  #isDue(step: number, now: number): boolean {
    const { steps, output, lineSeconds = 30 } = this.#options;
    const waited = now - this.#last.at;
    if (output.isTTY === true) return waited >= READ_EVERY || step === steps;
    const share = (at: number) => Math.floor(at / (steps * LINE_SHARE));
    return (
      waited >= lineSeconds * 1000 || (share(step) > share(this.#last.step) && waited >= READ_EVERY) || step === steps
    );
  }

  /** In the order of their worth: the last ones are left out first where the line is short. The bar is the first. */
  #segments(step: number, values: Readonly<Record<string, number>>): string[] {
    const { steps, memory } = this.#options;
    const { stepsPerSecond, waiting } = this.#pace.mark(step, this.#options.clock.now());
    const share = Math.min(1, step / steps);
    const filled = Math.round(share * BAR);
    const { rss, tensors } = memory();
    const loss = values['loss'];
    const parts = Object.entries(values).filter(([name]) => name.startsWith('loss/'));
    return [
      `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)}`,
      `step ${step}/${steps} ${Math.floor(share * 100)}%`,
      stepsPerSecond > 0 ? `ETA ${duration((steps - step) / stepsPerSecond)}` : 'ETA ?',
      `${shortNumber(stepsPerSecond)} steps/s`,
      ...(loss === undefined ? [] : [`loss ${shortNumber(loss)}`]),
      ...parts.map(([name, value]) => `${name.slice('loss/'.length)} ${shortNumber(value)}`),
      `waiting ${Math.round(waiting * 100)}%`,
      `${Math.round(rss / 1e6)} MB`,
      `${tensors} tensors`,
    ];
  }

  #draw(bar: string): void {
    if (this.#options.output.isTTY !== true || (bar === '' && this.#bar === '')) return;
    this.#options.output.write(`${HIDE_CURSOR_LINE}${bar}`);
    this.#bar = bar;
  }
}

/** As many segments as the width has room for. A line that wraps could not be redrawn. */
function fit(segments: readonly string[], width: number): string {
  const [bar = '', ...rest] = segments;
  // In a narrow terminal the numbers are worth more than the bar.
  const kept = width >= 60 ? [bar] : [];
  for (const segment of rest) {
    if ([...kept, segment].join('  ').length > width) break;
    kept.push(segment);
  }
  return kept.length > 0 ? kept.join('  ') : (rest[0] ?? '').slice(0, Math.max(0, width));
}
