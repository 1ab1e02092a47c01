import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fsaeError } from '../../errors/catalogue.js';
import { expandSweep } from '../../sweep/expand.js';
import { loadSweep } from '../../sweep/load.js';
import { toJson } from '../../sweep/report/statistics.js';
import { type ReportOptions, readStatistics, writeSweepReport } from '../../sweep/report/write.js';
import { flag, text } from '../options.js';
import type { Session } from '../session.js';

type Options = Record<string, unknown>;

export async function run([named]: readonly unknown[], options: Options, session: Session): Promise<number> {
  const subject = await locate(named === undefined ? undefined : String(named), options, session);
  const [x, by, only, measures] = ['x', 'by', 'only', 'measures'].map((name) => text(options, name));
  const scale = scaleOf(options);
  const report: ReportOptions = {
    ...subject,
    ...(x === undefined ? {} : { x }),
    ...(by === undefined ? {} : { by: listOf(by) }),
    ...(only === undefined ? {} : { only }),
    ...(measures === undefined ? {} : { measures: listOf(measures) }),
    ...(scale === undefined ? {} : { scale }),
  };
  if (flag(options, 'json')) {
    const { lines, statistics } = await readStatistics(report);
    const failed = lines.flatMap((line) => ('error' in line ? [{ run: line.run, error: line.error }] : []));
    session.print(JSON.stringify({ ...toJson(statistics), failed }, null, 2));
    return 0;
  }
  const [out, previews] = [text(options, 'out'), text(options, 'previews')];
  const files = await writeSweepReport({
    ...report,
    out: out === undefined ? join(subject.folder, 'report') : resolve(session.cwd, out),
    ...(previews === undefined ? {} : { previews }),
    created: new Date(),
  });
  for (const file of files) session.print(file);
  return 0;
}

/** A folder with results.jsonl, or a sweep file, whose runs alone are reported then. */
async function locate(named: string | undefined, options: Options, { cwd }: Session) {
  if (named !== undefined) {
    const path = resolve(cwd, named);
    const isFolder = await stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (isFolder) return { folder: path };
  }
  const { sweep, root } = await loadSweep({ cwd, ...(named === undefined ? {} : { file: named }) });
  const output = text(options, 'output');
  const base = output === undefined ? resolve(root, sweep.base.output ?? 'runs') : resolve(cwd, output);
  return { folder: join(base, sweep.name), runs: new Set(expandSweep(sweep).map(({ run }) => run)) };
}

function scaleOf(options: Options): 'linear' | 'log2' | undefined {
  const scale = text(options, 'scale');
  if (scale === undefined || scale === 'linear' || scale === 'log2') return scale;
  throw fsaeError('FSAE_CLI_OPTION', { option: '--scale', expected: 'linear or log2', received: scale });
}

function listOf(value: string): string[] {
  return value.split(',').map((entry) => entry.trim());
}
