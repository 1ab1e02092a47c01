import type { JsonObject, ResolvedConfig } from '../config/define.js';
import type { Evaluation } from '../evaluate/rows.js';
import type { Accounting } from '../model/accounting.js';
import { plotHeldOut } from './held-out-plots.js';
import type { LogLine } from './log-file.js';
import { html, type Markup } from './markup.js';
import { duration, shortNumber } from './numbers.js';
import { plotCurves, plotSwaps } from './plots.js';
import { STYLE } from './report-style.js';
import { isNumeric, TABLE_HEAD, tableCells } from './table.js';

/** One trained run as the report shows it. */
export interface ReportedRun {
  readonly name: string;
  /** What is special about it, where there are several. */
  readonly note?: string;
  /** PNG. */
  readonly preview: Uint8Array;
  readonly evaluation: Evaluation;
  /** Lines of metrics.jsonl and of timings.jsonl. */
  readonly metrics: readonly LogLine[];
  readonly timings: readonly LogLine[];
  /** Lines of held-out.jsonl; none where nothing was measured in passing. */
  readonly heldOut: readonly LogLine[];
  readonly accounting: Accounting;
  readonly config: ResolvedConfig;
  /** What the people shown agreed to, by identity, where somebody was asked. */
  readonly consent?: JsonObject;
}

export interface ReportData {
  readonly title: string;
  /** In one sentence: is it a swap? */
  readonly verdict: { readonly text: string; readonly passed: boolean };
  readonly created: Date;
  /** The first is the run itself; others stand beside it for contrast. */
  readonly runs: readonly ReportedRun[];
  /** Node, fsae, plugins, backend ... and their versions. */
  readonly versions: Readonly<Record<string, string>>;
}

/** One self-contained HTML page: no script, nothing loaded from elsewhere, good in the dark and on paper. */
export async function renderReport({ title, verdict, created, runs, versions }: ReportData): Promise<string> {
  const several = runs.length > 1;
  const each = async (show: (run: ReportedRun) => Markup | Promise<Markup>): Promise<Markup[]> =>
    Promise.all(
      runs.map(async (run) => html`${several ? html`<h3>${run.name}${note(run)}</h3>` : ''}${await show(run)}`),
    );
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p class="verdict ${verdict.passed ? 'passed' : 'failed'}">${verdict.text}</p>
<p class="facts">${facts(runs)} · ${created.toISOString().slice(0, 16).replace('T', ' ')} UTC</p>
</header>
<section><h2>Held-out faces</h2>
<p>None of these faces was trained on. The swap must show the other person in the pose and expression of the source.</p>
${await each((run) => html`<img alt="Preview sheet of ${run.name}" src="data:image/png;base64,${Buffer.from(run.preview).toString('base64')}">`)}
</section>
<section><h2>Evaluation</h2>
<p>Each value is a mean over held-out faces with its 95 % bootstrap interval. <b>Mean face</b>: the average training face
of the target in place of the swap, which any blur reaches. <b>No swap</b>: the source itself. <b>Reconstruction</b>: the
same decoder on its own person.</p>
${await each(async ({ evaluation }) => html`${await plotSwaps(evaluation.rows)}${evaluationTable(evaluation)}`)}
</section>
${
  runs.some(({ heldOut }) => heldOut.length > 0)
    ? html`<section><h2>Held-out faces during training</h2>
${await each(({ heldOut }) => plotHeldOut(heldOut))}
</section>`
    : ''
}
<section><h2>Losses</h2>
${await each(({ metrics }) => plotCurves(metrics))}
</section>
<section><h2>What the bottleneck keeps</h2>
${accountingTable(runs)}
</section>
<section><h2>Time and memory</h2>
${timingsTable(runs)}
</section>
${consentSection(runs)}<section><h2>Config</h2>
${await each(({ config }) => html`<pre>${configText(config)}</pre>`)}
</section>
<section><h2>Versions</h2>
${table(
  [html`<tr><th>part</th><th>version</th></tr>`],
  Object.entries(versions).map(([name, version]) => html`<tr><td>${name}</td><td>${version}</td></tr>`),
)}
</section>
</body>
</html>
`;
  return page.text;
}

function consentSection(runs: readonly ReportedRun[]): Markup {
  const agreed = runs.flatMap(({ consent }) => (consent === undefined ? [] : [consent]));
  if (agreed.length === 0) return html``;
  return html`<section><h2>Consent</h2>
${agreed.map((one) => html`<pre>${configText(one)}</pre>`)}
</section>
`;
}

function note({ note }: ReportedRun): Markup {
  return note === undefined ? html`` : html` <small>${note}</small>`;
}

function facts([run]: readonly ReportedRun[]): string {
  if (run === undefined) return '';
  const { step, seconds, backend } = run.evaluation;
  return `${integer(step)} steps in ${duration(seconds)} on ${backend} · ${run.config.size} × ${run.config.size} px`;
}

function evaluationTable({ rows }: Evaluation): Markup {
  const side = (i: number) => (isNumeric(TABLE_HEAD[i] ?? '') ? 'number' : '');
  const head = html`<tr>${TABLE_HEAD.map((name, i) => html`<th class="${side(i)}">${name}</th>`)}</tr>`;
  const body = rows.map(
    (row) => html`<tr>${tableCells(row).map((cell, i) => html`<td class="${side(i)}">${cell}</td>`)}</tr>`,
  );
  return table([head], body);
}

function accountingTable(runs: readonly ReportedRun[]): Markup {
  const rows = runs.map(({ name, accounting }) => {
    const { image, latent, elementsIn, elementsOut, ratio, kept, cells } = accounting;
    return numbers(
      name,
      image.join(' × '),
      latent.join(' × '),
      integer(elementsIn),
      integer(elementsOut),
      `${ratio.toFixed(1)}×`,
      `${(100 * kept).toFixed(2)} %`,
      integer(cells),
    );
  });
  const head = numbers('run', 'picture', 'latent', 'elements in', 'elements kept', 'ratio', 'kept', 'grid cells');
  return table([head], rows);
}

function timingsTable(runs: readonly ReportedRun[]): Markup {
  const rows = runs.map(({ name, timings, evaluation }) => {
    const sum = (key: string) => timings.reduce((total, line) => total + (line[key] ?? 0), 0);
    const most = (key: string) => timings.reduce((top, line) => Math.max(top, line[key] ?? 0), 0);
    const [steps, seconds] = [sum('steps'), sum('seconds')];
    const share = seconds > 0 ? `${((100 * sum('waitingSeconds')) / seconds).toFixed(1)} %` : '';
    const speed = seconds > 0 ? shortNumber(steps / seconds) : '';
    return numbers(
      name,
      evaluation.backend,
      integer(steps),
      duration(seconds),
      speed,
      share,
      `${integer(most('rss') / 1e6)} MB`,
      integer(most('tensors')),
    );
  });
  const head = numbers('run', 'backend', 'steps', 'time', 'steps/s', 'waiting for data', 'peak memory', 'tensors');
  return table([head], rows);
}

/** A row whose first cell is a name. */
function numbers(name: string, ...cells: readonly string[]): Markup {
  return html`<tr><td>${name}</td>${cells.map((cell) => html`<td class="number">${cell}</td>`)}</tr>`;
}

function table(head: readonly Markup[], body: readonly Markup[]): Markup {
  return html`<div class="table"><table><thead>${head}</thead><tbody>${body}</tbody></table></div>\n`;
}

function integer(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** JSON in which small values share a line: a config is read, not only kept. */
function configText(value: unknown, indent = ''): string {
  const flat = JSON.stringify(value, null, 1).replace(/\s*\n\s*/g, ' ');
  if (flat.length + indent.length <= 90 && indent !== '') return flat;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return flat;
  const inner = `${indent}  `;
  const lines = Object.entries(value).map(([key, one]) => `${inner}${JSON.stringify(key)}: ${configText(one, inner)}`);
  return `{\n${lines.join(',\n')}\n${indent}}`;
}
