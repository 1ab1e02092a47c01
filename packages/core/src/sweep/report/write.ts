import { basename, join } from 'node:path';
import { fsaeError } from '../../errors/catalogue.js';
import { writeRunFile } from '../../run/files.js';
import { createRandom } from '../../training/random.js';
import { filterRuns } from '../expand.js';
import { isMeasured, RESULTS, type ResultLine, readResults } from '../results.js';
import { CELLS } from './cells.js';
import { figurePng, plotAlong, plotPareto } from './figures.js';
import { sweepPage } from './page.js';
import { previewsPng, sidePreviews } from './previews.js';
import { type StatisticsOptions, type SweepStatistics, sweepStatistics } from './statistics.js';

export interface ReportOptions extends Omit<StatisticsOptions, 'random'> {
  /** Where results.jsonl and the runs lie. */
  readonly folder: string;
  /** Runs that the report is about; all when left out. */
  readonly runs?: ReadonlySet<string>;
  /** 'people=2' */
  readonly only?: string;
}

/** Of the bootstraps: a report that is made again says the same. */
const SEED = 1;

/** The results of a sweep as numbers. @throws FSAE_SWEEP_NO_RESULTS, FSAE_SWEEP_AXIS, FSAE_SWEEP_ONLY */
export async function readStatistics(
  options: ReportOptions,
): Promise<{ readonly lines: readonly ResultLine[]; readonly statistics: SweepStatistics }> {
  const path = join(options.folder, RESULTS);
  const all = await readResults(path);
  const asked = options.runs === undefined ? all : all.filter(({ run }) => options.runs?.has(run));
  const lines = options.only === undefined || asked.length === 0 ? asked : filterRuns(asked, options.only);
  const measured = lines.filter(isMeasured);
  if (measured.length === 0) throw fsaeError('FSAE_SWEEP_NO_RESULTS', { path });
  return { lines, statistics: sweepStatistics(measured, { ...options, random: createRandom(SEED) }) };
}

export interface WriteOptions extends ReportOptions {
  readonly out: string;
  /** Axis whose values are shown side by side; x when left out. */
  readonly previews?: string;
  readonly created: Date;
}

/** Writes index.html and a PNG of each figure; returns the files, the page first. */
export async function writeSweepReport(options: WriteOptions): Promise<string[]> {
  const { folder, out, created } = options;
  const { lines, statistics } = await readStatistics(options);
  const along = await Promise.all(statistics.shown.map((measure) => plotAlong(statistics, measure)));
  const pareto = await Promise.all(statistics.pareto.map((one) => plotPareto(statistics, one)));
  const measured = lines.filter(isMeasured);
  const axis =
    options.previews ?? (statistics.x === CELLS ? Object.keys(measured[0]?.axes ?? {})[0] : statistics.x) ?? '';
  const sheets = await sidePreviews(measured, axis, folder);
  const page = sweepPage({
    name: basename(folder),
    created,
    lines,
    statistics,
    pareto,
    along,
    previews: { axis, sheets },
  });
  const files = [await writeRunFile(out, 'index.html', page)];
  for (const figure of [...along, ...pareto]) {
    files.push(await writeRunFile(out, `${figure.name}.png`, await figurePng(figure)));
  }
  if (sheets.length > 0) files.push(await writeRunFile(out, 'previews.png', await previewsPng(axis, sheets)));
  return files;
}
