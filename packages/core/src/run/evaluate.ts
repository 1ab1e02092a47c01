import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Evaluator } from '../evaluate/evaluator.js';
import type { Evaluation } from '../evaluate/rows.js';
import { SheetMaker, type Sheet } from '../swap/sheet.js';
import { type LoadOptions, loadRun } from './load.js';

export interface EvaluatedRun {
  readonly runFolder: string;
  readonly evaluation: Evaluation;
  readonly sheet: Sheet;
}

/** Measures the run's newest checkpoint on its held-out faces, and draws its preview. */
export async function evaluateRun(options: Omit<LoadOptions, 'datasets'>): Promise<EvaluatedRun> {
  const run = await loadRun({ ...options, datasets: true });
  try {
    const rows = await run.container.resolve(Evaluator).measure();
    const sheet = await run.container.resolve(SheetMaker).make(run.config.preview.rows);
    const seconds = await trainingSeconds(run.runFolder);
    return {
      runFolder: run.runFolder,
      sheet,
      evaluation: { step: run.checkpoint.step, seconds, backend: run.backend.name, rows },
    };
  } finally {
    run.dispose();
  }
}

/** Sum over timings.jsonl, which every session of a run appends to; 0 for a run without one. */
async function trainingSeconds(runFolder: string): Promise<number> {
  const text = await readFile(join(runFolder, 'timings.jsonl'), 'utf8').catch(() => '');
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.reduce((sum, line) => sum + Number((JSON.parse(line) as { seconds?: number }).seconds ?? 0), 0);
}
