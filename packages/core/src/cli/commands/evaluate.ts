import { renderTable } from '../../reporting/table.js';
import { evaluateRun } from '../../run/evaluate.js';
import { writeRunFile } from '../../run/files.js';
import { flag, text } from '../options.js';
import { locateRun } from '../resolve.js';
import type { Session } from '../session.js';

export async function run(
  [named]: readonly unknown[],
  options: Record<string, unknown>,
  session: Session,
): Promise<number> {
  const located = await locateRun(named, options, session);
  const json = flag(options, 'json');
  const backend = text(options, 'backend');
  const { evaluation, runFolder } = await evaluateRun({
    ...located,
    ...(backend === undefined ? {} : { backend }),
    // JSON on stdout is for programs: nothing else may stand there.
    logger: json ? { ...session.logger, info: session.logger.warn } : session.logger,
    signal: session.signal,
  });
  const path = await writeRunFile(runFolder, 'evaluation.json', `${JSON.stringify(evaluation, null, 2)}\n`);
  if (json) session.print(JSON.stringify(evaluation, null, 2));
  else session.print(`${await renderTable(evaluation.rows)}\n${path}`);
  return 0;
}
