import type { EvaluationRow } from '../evaluate/rows.js';
import type { LogLine } from './log-file.js';
import { html, Markup } from './markup.js';
import { shortNumber } from './numbers.js';

/** Readable on white and on near black. */
export const COLOURS = [
  '#4269d0',
  '#e8853d',
  '#3ca951',
  '#d3515b',
  '#8a63c9',
  '#4aa7b8',
  '#b8762f',
  '#c75a9b',
  '#7f8894',
];
const MARKS = { swap: '#4269d0', reconstruction: '#3ca951', 'mean face': '#e8853d', 'no swap': '#7f8894' } as const;
/** Points of a curve: more would not be seen, and the report must stay small. */
const POINTS = 300;

interface Point {
  readonly step: number;
  readonly value: number;
  readonly name: string;
}

/** Total and parts on one logarithmic axis, everything else that was logged in small plots beside each other. */
export async function plotCurves(lines: readonly LogLine[]): Promise<Markup> {
  const names = [...new Set(lines.flatMap((line) => Object.keys(line)))].filter((name) => name !== 'step');
  const parts = names.filter((name) => name.startsWith('loss/'));
  const losses = names.includes('loss') ? ['loss', ...parts] : parts;
  const others = names.filter((name) => !losses.includes(name));
  if (losses.length === 0) return html`<p>Nothing was logged.</p>`;
  const points = losses.flatMap((name) => curve(lines, name).filter(({ value }) => value > 0));
  const colours = new Map(losses.map((name, i) => [name, COLOURS[i % COLOURS.length] as string]));
  // An odd number of points, so that the smooth line does not lag behind; one where there are only a few.
  const k = 2 * Math.round(points.length / losses.length / 60) + 1;
  const main = await plot(({ lineY, windowY }) => ({
    width: 960,
    height: 320,
    marginLeft: 56,
    x: { label: 'step' },
    y: { type: 'log', label: 'loss', grid: true, tickFormat: shortNumber, ticks: 6 },
    color: { domain: losses, range: [...colours.values()] },
    marks: [
      lineY(points, { x: 'step', y: 'value', stroke: 'name', strokeOpacity: 0.25, strokeWidth: 0.8 }),
      lineY(points, windowY({ k, reduce: 'median' }, { x: 'step', y: 'value', stroke: 'name', strokeWidth: 1.8 })),
    ],
  }));
  const small = await Promise.all(others.map((name) => plotSmall(name, curve(lines, name))));
  const key = losses.map((name) => swatch(colours.get(name) as string, name === 'loss' ? 'total' : name.slice(5)));
  return html`<p class="key">${key}</p><figure>${main}</figure><div class="small">${small}</div>`;
}

export async function plotSmall(name: string, points: readonly Point[]): Promise<Markup> {
  const drawing = await plot(({ lineY }) => ({
    width: 300,
    height: 130,
    marginLeft: 48,
    marginBottom: 26,
    x: { label: null, ticks: 3 },
    y: { label: null, grid: true, ticks: 3, tickFormat: shortNumber },
    marks: [lineY(points, { x: 'step', y: 'value', stroke: COLOURS[0] as string, strokeWidth: 1.2 })],
  }));
  return html`<figure><figcaption>${name}</figcaption>${drawing}</figure>`;
}

/** Each swap between its baselines: further right is better. */
export async function plotSwaps(rows: readonly EvaluationRow[]): Promise<Markup> {
  const first = rows.find(({ meanFace, noSwap }) => meanFace !== null && noSwap !== null);
  if (first === undefined) return html``;
  const shown = rows
    .filter(({ metric }) => metric === first.metric)
    .map((row) => ({ ...row, pair: `${row.from} → ${row.to}` }));
  const pairs = new Set(shown.map(({ pair }) => pair));
  const regions = new Set(shown.map(({ region }) => region));
  const drawing = await plot(({ tickX, ruleY, dot }) => ({
    width: 960,
    height: 70 + 30 * shown.length + 14 * pairs.size,
    marginLeft: 64,
    marginRight: 110,
    x: { label: `${first.metric}${first.unit === '' ? '' : ` in ${first.unit}`}`, grid: true, inset: 8 },
    y: { label: null, domain: [...regions] },
    fy: { label: null, domain: [...pairs] },
    marks: [
      ruleY(shown, { fy: 'pair', y: 'region', x1: 'noSwap', x2: 'reconstruction', strokeOpacity: 0.15 }),
      tickX(shown, { fy: 'pair', y: 'region', x: 'noSwap', stroke: MARKS['no swap'], strokeWidth: 3, inset: 4 }),
      tickX(shown, { fy: 'pair', y: 'region', x: 'meanFace', stroke: MARKS['mean face'], strokeWidth: 3, inset: 4 }),
      tickX(shown, {
        fy: 'pair',
        y: 'region',
        x: 'reconstruction',
        stroke: MARKS.reconstruction,
        strokeWidth: 3,
        inset: 4,
      }),
      ruleY(shown, { fy: 'pair', y: 'region', x1: 'low', x2: 'high', stroke: MARKS.swap, strokeWidth: 2.5 }),
      dot(shown, { fy: 'pair', y: 'region', x: 'value', fill: MARKS.swap, r: 5 }),
    ],
  }));
  const key = Object.entries(MARKS).map(([name, colour]) => swatch(colour, name === 'swap' ? 'swap, 95 %' : name));
  return html`<p class="key">${key}</p><figure>${drawing}</figure>`;
}

export function swatch(colour: string, name: string): Markup {
  return html`<span><i style="background:${colour}"></i>${name}</span>`;
}

/** The finite values of one name as at most POINTS means over equal spans of steps. */
export function curve(lines: readonly LogLine[], name: string): Point[] {
  const values = lines.flatMap(({ step, [name]: value }) =>
    typeof value === 'number' && Number.isFinite(value) ? [{ step, value }] : [],
  );
  const span = Math.ceil(values.length / POINTS);
  const points: Point[] = [];
  for (let i = 0; i < values.length; i += span) {
    const group = values.slice(i, i + span);
    const mean = (of: (one: { step: number; value: number }) => number) =>
      group.reduce((sum, one) => sum + of(one), 0) / group.length;
    points.push({ step: mean(({ step }) => step), value: mean(({ value }) => value), name });
  }
  return points;
}

type Plot = typeof import('@observablehq/plot');

/** Draws on the server; loaded only when there is something to draw. */
export async function plot(describe: (plot: Plot) => Parameters<Plot['plot']>[0]): Promise<Markup> {
  const [library, { parseHTML }] = await Promise.all([import('@observablehq/plot'), import('linkedom')]);
  const { document } = parseHTML('<html><body></body></html>');
  // Plot sets its own background as CSS: it would be white in the dark.
  const style = { background: 'transparent', fontFamily: 'inherit', fontSize: '12px' };
  const drawn = library.plot({ ...describe(library), document, style });
  return new Markup(roundNumbers(drawn.outerHTML));
}

/** A tenth of a pixel is enough for coordinates; it halves the file. Labels, which are no attributes, stay as they are. */
function roundNumbers(svg: string): string {
  const round = (number: string) => String(Math.round(Number(number) * 10) / 10);
  return svg.replace(/="[^"]*"/g, (attribute) => attribute.replace(/\d+\.\d{3,}/g, round));
}
