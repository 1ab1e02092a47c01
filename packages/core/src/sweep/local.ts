import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fsaeError } from '../errors/catalogue.js';
import { packageOf } from '../plugins/package.js';
import { Channel } from './channel.js';
import type { SweepExecutor, SweepJob, SweepReport } from './executor.js';
import type { FromWorker, ToWorker } from './messages.js';

export interface LocalOptions {
  readonly workers: number;
  /** What a worker process runs; sweep/worker.js of this package when left out. */
  readonly script?: string;
}

/** A run whose process died this often is not tried again. */
const ATTEMPTS = 3;
/** Characters of a dead worker's stderr that are worth showing. */
const LAST_WORDS = 600;

/** A pool of processes on this machine, one job each. */
export async function localExecutor({ workers, script }: LocalOptions): Promise<SweepExecutor> {
  return new LocalExecutor(workers, script ?? (await workerScript()));
}

/** Built files only: a process of its own has no TypeScript loader. */
async function workerScript(): Promise<string> {
  const own = await packageOf(fileURLToPath(import.meta.url));
  return join(own?.folder ?? '', 'dist/sweep/worker.js');
}

class LocalExecutor implements SweepExecutor {
  readonly #workers: number;
  readonly #script: string;
  readonly #known = new Set<string>();
  readonly #waiting: { readonly job: SweepJob; readonly attempt: number }[] = [];
  readonly #running = new Set<ChildProcess>();
  readonly #reports = new Channel<SweepReport>();
  #closed = false;

  constructor(workers: number, script: string) {
    this.#workers = workers;
    this.#script = script;
  }

  async submit(job: SweepJob): Promise<void> {
    if (this.#known.has(job.id)) return;
    this.#known.add(job.id);
    this.#waiting.push({ job, attempt: 1 });
    this.#fill();
  }

  results(): AsyncIterable<SweepReport> {
    return this.#reports;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const child of this.#running) tell(child, { kind: 'stop' });
    this.#endWhenIdle();
  }

  #fill(): void {
    while (!this.#closed && this.#running.size < this.#workers) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#start(next.job, next.attempt);
    }
  }

  #start(job: SweepJob, attempt: number): void {
    const child = fork(this.#script, [], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    this.#running.add(child);
    let settled = false;
    let lastWords = '';
    child.stderr?.on('data', (text: Buffer) => {
      lastWords = (lastWords + text.toString()).slice(-LAST_WORDS);
    });
    child.on('message', (report: FromWorker) => {
      if (settled) return;
      settled = report.kind !== 'progress';
      this.#reports.push(report);
    });
    const gone = (how: string) => {
      if (!this.#running.delete(child)) return;
      if (!settled) this.#lose(job, attempt, lastWords.trim() === '' ? how : `${how}: ${lastWords.trim()}`);
      this.#fill();
      this.#endWhenIdle();
    };
    child.once('error', (error) => gone(error.message));
    child.once('close', (code, signal) => gone(signal === null ? `exit status ${code}` : signal));
    tell(child, { kind: 'job', job });
  }

  #lose(job: SweepJob, attempt: number, reason: string): void {
    if (this.#closed) {
      this.#reports.push({ kind: 'stopped', job: job.id, step: 0 });
    } else if (attempt < ATTEMPTS) {
      this.#reports.push({ kind: 'lost', job: job.id, reason });
      this.#waiting.unshift({ job, attempt: attempt + 1 });
    } else {
      const { code, message } = fsaeError('FSAE_SWEEP_WORKER_LOST', { run: job.run, attempts: ATTEMPTS, reason });
      this.#reports.push({ kind: 'failed', job: job.id, error: { code, message } });
    }
  }

  #endWhenIdle(): void {
    if (this.#closed && this.#running.size === 0) this.#reports.end();
  }
}

function tell(child: ChildProcess, message: ToWorker): void {
  // A child that is gone by now is reported by its exit.
  if (child.connected) child.send(message, () => {});
}
