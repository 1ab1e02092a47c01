import { parseRequirements, type Requirement } from '../../config/requirements.js';
import { fsaeError } from '../../errors/catalogue.js';
import type { EvaluationRow } from '../../evaluate/rows.js';
import { inWords, unmet } from '../../evaluate/unmet.js';
import { verdictOf } from '../../evaluate/verdict.js';
import { renderTable } from '../../reporting/table.js';
import { evaluateRun } from '../../run/evaluate.js';
import { writeRunFile } from '../../run/files.js';
import { reportOf } from '../../run/report.js';
import { flag, text } from '../options.js';
import { locateRun } from '../resolve.js';
import type { Session } from '../session.js';

export async function run(
  [named]: readonly unknown[],
  options: Record<string, unknown>,
  session: Session,
): Promise<number> {
  const requirements = requirementsOf(text(options, 'require'));
  const on = measuredOn(text(options, 'on'));
  const located = await locateRun(named, options, session);
  const json = flag(options, 'json');
  const backend = text(options, 'backend');
  const evaluated = await evaluateRun({
    ...located,
    ...(backend === undefined ? {} : { backend }),
    ...(on === undefined ? {} : { on }),
    // JSON on stdout is for programs: nothing else may stand there.
    logger: json ? { ...session.logger, info: session.logger.warn } : session.logger,
    signal: session.signal,
  });
  const { evaluation, runFolder } = evaluated;
  const path = await writeRunFile(runFolder, 'evaluation.json', `${JSON.stringify(evaluation, null, 2)}\n`);
  if (json) session.print(JSON.stringify(evaluation, null, 2));
  else {
    const report = await writeRunFile(runFolder, 'report.html', await reportOf(evaluated, Date));
    session.print(`${await renderTable(evaluation.rows)}\n${verdictOf(evaluation.rows).text}\n${path}\n${report}`);
  }
  return checked(evaluation.rows, requirements, session);
}

function checked(rows: readonly EvaluationRow[], requirements: readonly Requirement[], session: Session): number {
  const failed = unmet(rows, requirements);
  for (const { requirement, row } of failed) {
    session.logger.warn(`Not met: ${inWords(requirement)}. ${row.from} > ${row.to} has ${row.value.toPrecision(4)}.`);
  }
  return failed.length === 0 ? 0 : 1;
}

function requirementsOf(given: string | undefined): readonly Requirement[] {
  if (given === undefined) return [];
  const requirements = parseRequirements(given);
  if (requirements === undefined) throw fsaeError('FSAE_EVALUATE_REQUIRE', { received: given });
  return requirements;
}

/** 'held-out' is what is measured anyway; else NAME=FOLDER for some people. */
function measuredOn(given: string | undefined): Readonly<Record<string, string>> | undefined {
  if (given === undefined || given === 'held-out') return undefined;
  const pairs = given.split(',').map((pair) => /^([^=]+)=(.+)$/.exec(pair.trim()));
  if (pairs.some((pair) => pair === null)) throw fsaeError('FSAE_EVALUATE_ON', { received: given });
  return Object.fromEntries(pairs.map((pair) => [pair?.[1], pair?.[2]]));
}
