import { drawText } from '../../reporting/lettering.js';
import { html, type Markup } from '../../reporting/markup.js';
import { shortNumber } from '../../reporting/numbers.js';
import { COLOURS, plot, swatch } from '../../reporting/plots.js';
import { labelOf, type Measure } from './measures.js';
import type { SweepStatistics } from './statistics.js';

/** A drawing with what explains it, for the page and as a picture of its own. */
export interface Figure {
  /** Of its file, without an ending. */
  readonly name: string;
  readonly title: string;
  readonly key: readonly { readonly colour: string; readonly name: string }[];
  readonly svg: Markup;
  readonly width: number;
  readonly height: number;
}

const [WIDTH, HEIGHT] = [960, 360];
/** Points between which a fitted curve is drawn straight. */
const CURVE = 120;
/** A series of fewer x is shown among the points only. */
const LINE = 3;

/** A measure along x: a dot for each run, the mean of each cell with its interval, and the broken line where one was found. */
export async function plotAlong(statistics: SweepStatistics, measure: Measure): Promise<Figure> {
  const { x, numeric, scale } = statistics;
  const lines = linesOf(statistics);
  const colours = coloursOf(lines.map(({ name }) => name));
  const cells = lines.flatMap(({ name, cells }) =>
    cells.flatMap((cell) => {
      const interval = cell.intervals.get(measure.key);
      return interval === undefined ? [] : [{ name, at: numeric ? cell.x : cell.xName, ...interval, cell }];
    }),
  );
  const runs = cells.flatMap(({ name, at, cell }) =>
    cell.points.flatMap(({ values }) =>
      values.has(measure.key) ? [{ name, at, value: values.get(measure.key) }] : [],
    ),
  );
  const breaks = fittedBreaks(statistics, measure, lines);
  const ticks = [...new Set(cells.map(({ at }) => at))];
  const svg = await plot(({ lineY, dot, ruleX }) => ({
    width: WIDTH,
    height: HEIGHT,
    marginLeft: 56,
    marginBottom: 40,
    x: numeric
      ? {
          label: x,
          inset: 16,
          ticks: ticks as number[],
          tickFormat: shortNumber,
          ...(scale === 'log2' ? { type: 'log', base: 2 } : {}),
        }
      : { label: x, type: 'point' },
    y: { label: axisLabel(measure), grid: true, tickFormat: shortNumber, inset: 8 },
    color: { domain: [...colours.keys()], range: [...colours.values()] },
    marks: [
      lineY(cells, { x: 'at', y: 'mean', stroke: 'name', strokeWidth: 1.6 }),
      ruleX(
        cells.filter(({ low }) => low !== null),
        { x: 'at', y1: 'low', y2: 'high', stroke: 'name', strokeWidth: 1.6, strokeOpacity: 0.55 },
      ),
      dot(runs, { x: 'at', y: 'value', fill: 'name', r: 2.2, fillOpacity: 0.5 }),
      dot(cells, { x: 'at', y: 'mean', fill: 'name', r: 4.5 }),
      lineY(breaks, { x: 'at', y: 'value', z: 'name', stroke: 'name', strokeDasharray: '5 4', strokeWidth: 2 }),
    ],
  }));
  return figure(`along-${fileName(measure.key)}`, `${labelOf(measure.key)} along ${x}`, colours, svg);
}

/** Reconstruction against leak, a point for each cell; those that no other beats have a ring. */
export async function plotPareto(
  statistics: SweepStatistics,
  { leak, points }: SweepStatistics['pareto'][number],
): Promise<Figure> {
  const { x, by, series } = statistics;
  const colours = coloursOf(series.map(({ name }) => name));
  const long = new Set(linesOf(statistics).map(({ name }) => name));
  // A line is told by its colour and its neighbours, a single point needs its name.
  const telling = by.filter((axis) => new Set(points.map(({ cell }) => cell.axes[axis])).size > 1);
  const shown = points.map((point) => ({
    name: point.series,
    across: point.reconstruction.mean,
    up: point.leak.mean,
    front: point.front,
    label: [point.cell.xName, ...(long.has(point.series) ? [] : telling.map((axis) => point.cell.axes[axis]))]
      .filter((word) => word !== undefined && word !== null)
      .join(' '),
  }));
  const front = shown.filter(({ front }) => front).sort((a, b) => a.across - b.across);
  const svg = await plot(({ dot, line, text }) => ({
    width: WIDTH,
    height: HEIGHT + 80,
    marginLeft: 56,
    marginBottom: 40,
    x: { label: 'reconstruction, dB (better →)', grid: true, inset: 16, tickFormat: shortNumber },
    y: { label: axisLabel(leak), grid: true, inset: 26, tickFormat: shortNumber },
    color: { domain: [...colours.keys()], range: [...colours.values()] },
    marks: [
      line(front, { x: 'across', y: 'up', stroke: 'currentColor', strokeOpacity: 0.35, strokeDasharray: '3 3' }),
      dot(shown, { x: 'across', y: 'up', fill: 'name', r: 4.5 }),
      dot(front, { x: 'across', y: 'up', stroke: 'name', r: 8, strokeWidth: 1.5 }),
      text(shown, { x: 'across', y: 'up', text: 'label', dy: -15, fill: 'currentColor', fontSize: 11 }),
    ],
  }));
  const title = `reconstruction against leak (${labelOf(leak.key)}); figures: ${x}; rings: the Pareto front`;
  return figure(`pareto-${fileName(leak.key)}`, title, colours, svg, HEIGHT + 80);
}

/** Series that have something to run along. */
export function linesOf({ series }: SweepStatistics): SweepStatistics['series'] {
  const placed = series.map(({ name, cells }) => ({ name, cells: cells.filter(({ x }) => x !== null) }));
  const long = placed.filter(({ cells }) => cells.length >= LINE);
  return long.length > 0 ? long : placed.filter(({ cells }) => cells.length > 0);
}

function fittedBreaks({ transitions, scale }: SweepStatistics, measure: Measure, lines: SweepStatistics['series']) {
  return transitions.flatMap(({ measure: key, series, result }) => {
    const cells = lines.find(({ name }) => name === series)?.cells;
    if (key !== measure.key || cells === undefined || 'tooFew' in result || !result.found) return [];
    const to = scale === 'log2' ? Math.log2 : (value: number) => value;
    const back = scale === 'log2' ? (value: number) => 2 ** value : (value: number) => value;
    const [low, high] = [to(cells[0]?.x as number), to(cells.at(-1)?.x as number)];
    return Array.from({ length: CURVE + 1 }, (_, i) => {
      const at = low + ((high - low) * i) / CURVE;
      return { name: series, at: back(at), value: result.curves.broken(at) };
    });
  });
}

function figure(
  name: string,
  title: string,
  colours: ReadonlyMap<string, string>,
  svg: Markup,
  height = HEIGHT,
): Figure {
  const key = [...colours].map(([label, colour]) => ({ name: label, colour }));
  return { name, title, key, svg, width: WIDTH, height };
}

function coloursOf(names: readonly string[]): Map<string, string> {
  return new Map(names.map((name, i) => [name, COLOURS[i % COLOURS.length] as string]));
}

function axisLabel({ key, unit, better }: Measure): string {
  return `${labelOf(key)}${unit === '' ? '' : `, ${unit}`} (better ${better === 'higher' ? '↑' : '↓'})`;
}

function fileName(key: string): string {
  return key.replaceAll(/[^A-Za-z0-9.-]+/g, '-');
}

export function figureMarkup({ title, key, svg }: Figure): Markup {
  const swatches = key.map(({ colour, name }) => swatch(colour, name));
  return html`<h3>${title}</h3><p class="key">${swatches}</p><figure>${svg}</figure>`;
}

const [MARGIN, TITLE, LINE_HEIGHT] = [16, 34, 22];
const INK = '#20242a';

/** The same on white, with title and key, for where HTML cannot go. */
export async function figurePng({ title, key, svg, width, height }: Figure): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  const column = Math.max(200, ...key.map(({ name }) => 40 + name.length * 7.5));
  const columns = Math.max(1, Math.floor(width / column));
  const rows = Math.ceil(key.length / columns);
  const top = MARGIN + TITLE + rows * LINE_HEIGHT;
  const swatches = key.map(({ colour, name }, i) => {
    const [x, y] = [MARGIN + (i % columns) * column, MARGIN + TITLE + Math.floor(i / columns) * LINE_HEIGHT];
    const words = drawText(name, { anchor: 'start', x: x + 18, y: y + 10, cap: 8.5, colour: INK });
    return `<rect x="${x}" y="${y}" width="11" height="11" rx="2" fill="${colour}"/>${words}`;
  });
  const heading = drawText(title, { anchor: 'start', x: MARGIN, y: MARGIN + 13, cap: 10.5, colour: INK });
  const drawing = svg.text
    .replace('<svg ', `<svg x="${MARGIN}" y="${top}" color="${INK}" `)
    .replace(/font-family:\s*inherit/g, 'font-family:sans-serif');
  const whole = `<svg xmlns="http://www.w3.org/2000/svg" width="${width + 2 * MARGIN}" height="${top + height + MARGIN}">${heading}${swatches.join('')}${drawing}</svg>`;
  return sharp(Buffer.from(whole), { density: 144 })
    .flatten({ background: '#ffffff' })
    .png({ compressionLevel: 9 })
    .toBuffer();
}
