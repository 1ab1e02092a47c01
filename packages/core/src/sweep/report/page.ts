import { html, type Markup } from '../../reporting/markup.js';
import { shortNumber } from '../../reporting/numbers.js';
import { STYLE } from '../../reporting/report-style.js';
import type { ResultLine } from '../results.js';
import { isMeasured } from '../results.js';
import { type Figure, figureMarkup } from './figures.js';
import type { SeedInterval } from './interval.js';
import { labelOf } from './measures.js';
import type { SidePreview } from './previews.js';
import type { Scale, SeriesTransition, SweepStatistics } from './statistics.js';

export interface SweepPage {
  readonly name: string;
  readonly created: Date;
  readonly lines: readonly ResultLine[];
  readonly statistics: SweepStatistics;
  readonly pareto: readonly Figure[];
  readonly along: readonly Figure[];
  readonly previews: { readonly axis: string; readonly sheets: readonly SidePreview[] };
}

/** One self-contained page: no script, nothing loaded from elsewhere. */
export function sweepPage({ name, created, lines, statistics, pareto, along, previews }: SweepPage): string {
  const measured = lines.filter(isMeasured);
  const failed = lines.flatMap((line) => (isMeasured(line) ? [] : [line]));
  const facts = `${measured.length} runs measured${failed.length > 0 ? `, ${failed.length} failed` : ''}, backends ${[...new Set(measured.map(({ backend }) => backend))].join(', ')}`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Sweep ${name}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>Sweep ${name}</h1>
<p class="facts">${facts} · ${created.toISOString().slice(0, 16).replace('T', ' ')} UTC</p>
</header>
<section><h2>Is there a transition along ${statistics.x}?</h2>
${transitionsMarkup(statistics)}
</section>
<section><h2>Along ${statistics.x}</h2>
<p>Small dots are runs, large ones means over seeds with the 95 % interval of Student's t over seeds. Each run's value is
the mean over its identities or pairs. A dashed line is a broken line where one was found.</p>
${along.map(figureMarkup)}
</section>
<section><h2>Reconstruction against leak</h2>
${pareto.length === 0 ? html`<p>The runs have no measure of leak.</p>` : pareto.map(figureMarkup)}
</section>
<section><h2>All cells</h2>
<p>Mean over seeds [95 % interval, Student's t]; n: seeds. One seed has no interval.</p>
${cellsTable(statistics)}
</section>
<section><h2>Previews along ${previews.axis}</h2>
${previewsMarkup(previews)}
</section>
${failed.length === 0 ? '' : html`<section><h2>Failed runs</h2>${failedTable(failed)}</section>`}
</body>
</html>
`.text;
}

function transitionsMarkup({ transitions, scale, numeric, x }: SweepStatistics): Markup {
  if (!numeric) return html`<p>${x} has no order: nothing is fitted over it.</p>`;
  if (transitions.length === 0) return html`<p>No line has three values of ${x}: nothing is fitted.</p>`;
  const tested = transitions.filter(({ result }) => !('tooFew' in result)).length;
  const found = transitions.filter(({ result }) => 'found' in result && result.found).length;
  const kept = transitions.filter(
    ({ result, adjusted }) => 'found' in result && result.found && (adjusted ?? 1) < 0.05,
  ).length;
  const verdict =
    tested === 0
      ? 'Too few runs to tell.'
      : found === 0
        ? 'None found.'
        : `Found in ${found} of ${tested} lines, in ${kept} after Holm's correction for ${tested} tests.`;
  const head = [
    'measure',
    'line',
    'transition',
    'p',
    'p, Holm',
    'gain in AICc',
    'in BIC',
    'break at',
    '95 %',
    'slopes',
    'smooth model',
  ];
  const isNumber = (i: number) => (i >= 3 && i <= 9 ? 'number' : '');
  const rows = transitions.map(
    (one) =>
      html`<tr>${transitionCells(one, scale).map((cell, i) => html`<td class="${isNumber(i)}">${cell}</td>`)}</tr>`,
  );
  return html`<p class="verdict">${verdict}</p>
<p>A smooth curve (line, quadratic or cubic, the best by AICc) against two straight lines that meet at a break, over
${scale === 'log2' ? `log2 of ${x}` : x}, by least squares on all runs. p: how often data drawn from the smooth curve give
at least this gain in AICc (parametric bootstrap, search for the break included). Found: p below 0.05 and a gain above 0.
${tested} tests at 5 % give about ${shortNumber(tested * 0.05)} false ones by chance alone; "p, Holm" allows for that.</p>
<div class="table"><table><thead><tr>${head.map((name, i) => html`<th class="${isNumber(i)}">${name}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

function transitionCells({ measure, series, result, adjusted }: SeriesTransition, scale: Scale): string[] {
  if ('tooFew' in result) return [labelOf(measure), series, `too few: ${result.tooFew}`, ...Array<string>(8).fill('')];
  const { smooth, broken, gain, p, found } = result;
  const place = (at: number) => shortNumber(scale === 'log2' ? 2 ** at : at);
  const [low, high] = broken.interval;
  return [
    labelOf(measure),
    series,
    found ? 'found' : 'none found',
    shortNumber(p),
    adjusted === null ? '' : shortNumber(adjusted),
    shortNumber(gain),
    shortNumber(smooth.bic - broken.bic),
    place(broken.at),
    `[${place(low)}, ${place(high)}]`,
    broken.slopes.map(shortNumber).join(' → '),
    smooth.name,
  ];
}

function cellsTable({ series, shown }: SweepStatistics): Markup {
  const axes = [...new Set(series.flatMap(({ cells }) => cells.flatMap((cell) => Object.keys(cell.axes))))];
  const head = html`<tr>${axes.map((axis) => html`<th>${axis}</th>`)}<th class="number">n</th>${shown.map(({ key, unit }) => html`<th class="number">${labelOf(key)}${unit === '' ? '' : `, ${unit}`}</th>`)}</tr>`;
  const rows = series.flatMap(({ cells }) =>
    cells.map(
      (cell) =>
        html`<tr>${axes.map((axis) => html`<td>${cell.axes[axis] ?? ''}</td>`)}<td class="number">${cell.points.length}</td>${shown.map(({ key }) => html`<td class="number">${intervalText(cell.intervals.get(key))}</td>`)}</tr>`,
    ),
  );
  return html`<div class="table"><table><thead>${head}</thead><tbody>${rows}</tbody></table></div>`;
}

export function intervalText(interval: SeedInterval | undefined): string {
  if (interval === undefined) return '';
  const { mean, low, high } = interval;
  return low === null || high === null ? mean.toFixed(2) : `${mean.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
}

function previewsMarkup({ axis, sheets }: SweepPage['previews']): Markup {
  if (sheets.length === 0) return html`<p>No run has a preview.</p>`;
  const figures = sheets.map(
    ({ value, run, png }) =>
      html`<figure><figcaption>${axis} ${value} <small>${run}</small></figcaption><img alt="Preview of ${run}" src="data:image/png;base64,${png.toString('base64')}"></figure>`,
  );
  return html`<div class="previews">${figures}</div>`;
}

function failedTable(lines: readonly Exclude<ResultLine, { rows: unknown }>[]): Markup {
  const rows = lines.map(
    ({ run, error }) => html`<tr><td>${run}</td><td>${error.code ?? ''}</td><td>${error.message}</td></tr>`,
  );
  return html`<div class="table"><table><thead><tr><th>run</th><th>code</th><th>why</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}
