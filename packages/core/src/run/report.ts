import { join } from 'node:path';
import type { Clock } from '../container/tokens.js';
import { HELD_OUT_LOG } from '../evaluate/live.js';
import { verdictOf } from '../evaluate/verdict.js';
import { accountingOf } from '../model/accounting.js';
import { readLog } from '../reporting/log-file.js';
import { renderPreview } from '../reporting/preview.js';
import { type ReportedRun, renderReport } from '../reporting/report.js';
import { version } from '../version.js';
import type { EvaluatedRun } from './evaluate.js';
import { runIdOf } from './files.js';

/** Everything that a report shows of an evaluated run. */
export async function reportedRun(run: EvaluatedRun, note?: string): Promise<ReportedRun> {
  const { runFolder, evaluation, sheet, latent, config, consent } = run;
  return {
    name: config.name,
    ...(note === undefined ? {} : { note }),
    preview: await renderPreview(sheet, { runId: runIdOf(config), title: `${config.name}, step ${evaluation.step}` }),
    evaluation,
    metrics: await readLog(join(runFolder, 'metrics.jsonl')),
    timings: await readLog(join(runFolder, 'timings.jsonl')),
    heldOut: await readLog(join(runFolder, HELD_OUT_LOG)),
    accounting: accountingOf([config.size, config.size, 3], latent),
    config,
    ...(consent && { consent }),
  };
}

/** report.html of one run. */
export async function reportOf(run: EvaluatedRun, clock: Clock): Promise<string> {
  return renderReport({
    title: `fsae: ${run.config.name}`,
    verdict: verdictOf(run.evaluation.rows),
    created: new Date(clock.now()),
    runs: [await reportedRun(run)],
    versions: { fsae: version, node: process.version, backend: run.evaluation.backend },
  });
}
