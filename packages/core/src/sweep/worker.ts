// A process of its own for one job (sweep/local.ts starts it): one TensorFlow.js backend per process, and what a run leaks
// or crashes dies with it.
import { reasonOf } from '../errors/describe.js';
import { isFsaeError } from '../errors/fsae-error.js';
import type { SweepJob } from './executor.js';
import { runSweepJob } from './job.js';
import type { FromWorker, ToWorker } from './messages.js';

const TELL_EVERY = 500;

const stopping = new AbortController();
// Ctrl-C reaches the whole process group; the pool says what it means.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => stopping.abort());
// Nobody is left to report to, and the next sweep may want this run's folder: the checkpoints are safe at any moment.
process.on('disconnect', () => process.exit(1));
process.on('message', (message: ToWorker) => {
  if (message.kind === 'stop') stopping.abort();
  else void work(message.job);
});

async function work(job: SweepJob): Promise<void> {
  let told = 0;
  const step = { now: 0 };
  const tell = (message: FromWorker) => process.send?.(message);
  const onStep = (index: number) => {
    step.now = index;
    if (Date.now() - told < TELL_EVERY) return;
    told = Date.now();
    tell({ kind: 'progress', job: job.id, step: index, of: job.config.train.steps });
  };
  // What a run says while it trains would tear the pool's lines; warnings go to stderr, which the pool keeps.
  const logger = { info() {}, warn: (text: string) => process.stderr.write(`${text}\n`) };
  // An evaluation is not resumed: whoever wants to stop need not wait for it.
  stopping.signal.addEventListener('abort', () => {
    if (step.now === 0 || step.now === job.config.train.steps) finish({ kind: 'stopped', job: job.id, step: step.now });
  });
  try {
    const result = await runSweepJob(job, { logger, signal: stopping.signal, onStep });
    if ('rows' in result) finish({ kind: 'done', job: job.id, result });
    else finish({ kind: 'stopped', job: job.id, step: result.step });
  } catch (error) {
    const code = isFsaeError(error) ? error.code : null;
    finish({ kind: 'failed', job: job.id, error: { code, message: reasonOf(error) } });
  }
}

/** Leaves once the message is out; a native backend may keep the process alive otherwise. */
function finish(message: FromWorker): void {
  process.send?.(message, () => process.exit(0));
}
