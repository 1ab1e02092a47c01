import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EvaluationRow } from '../../src/evaluate/rows.js';
import { measuresOf } from '../../src/sweep/report/measures.js';
import { paretoFront, sweepStatistics, toJson } from '../../src/sweep/report/statistics.js';
import { writeSweepReport } from '../../src/sweep/report/write.js';
import type { MeasuredLine } from '../../src/sweep/results.js';
import { createRandom } from '../../src/training/random.js';

const row = (metric: string, value: number, changes: Partial<EvaluationRow> = {}): EvaluationRow => ({
  ...{ metric, region: 'whole', from: 'ada', to: 'ben', value, low: value, high: value },
  ...{ meanFace: null, noSwap: null, reconstruction: null, unit: 'dB', better: 'higher', ...changes },
});

/** A run whose swap is `swap` dB, of a person whose mean face is at 12 and whose reconstruction at 20. */
function line(axes: Record<string, string>, swap: number, side: number): MeasuredLine {
  const run = Object.entries(axes)
    .map(([axis, value]) => `${axis}-${value}`)
    .join('_');
  const rows = [
    row('reconstruction.psnr', 20 + side / 10),
    row('swap.truth.psnr', swap, { meanFace: 12, reconstruction: 20 }),
    row('swap.truth.psnr', swap + 2, { meanFace: 12, reconstruction: 20, from: 'ben', to: 'ada' }),
    row('swap.truth.psnr', Number.NaN, { region: 'eyes' }),
  ];
  const seed = Number(axes['seed']);
  return {
    run,
    axes,
    seed,
    config: 'x',
    step: 9,
    seconds: 1,
    backend: 'cpu',
    fsae: '0',
    latent: [side, side, 8],
    rows,
  };
}

const bend = (side: number) => 18 - 2 * Math.max(0, side - 4);
const lines = [
  ...[1, 2, 3, 4, 5, 6, 7].flatMap((side) =>
    ['1', '2'].flatMap((seed) => [
      line({ arm: 'sharp', grid: String(side), seed }, bend(side) + Number(seed) / 50, side),
      line({ arm: 'even', grid: String(side), seed }, 18 - side / 2 + (((side * 7) % 3) + Number(seed)) / 20, side),
    ]),
  ),
  line({ grid: '7', remedy: 'cell', seed: '1' }, 18, 7),
];
/** One measure is enough: the bootstraps are what takes time. */
const statistics = (options: object = {}) =>
  sweepStatistics(lines, { random: createRandom(1), measures: ['gap'], ...options });

test('measures are means over pairs; differences to the baselines are measures of their own', () => {
  const measures = measuresOf((lines[0] as MeasuredLine).rows);
  const swap = 18 + 1 / 50;
  expect(measures.get('swap.truth.psnr')?.value).toBeCloseTo(swap + 1, 12);
  expect(measures.get('aboveMeanFace')).toMatchObject({
    unit: 'dB',
    better: 'higher',
    value: expect.closeTo(swap + 1 - 12, 12),
  });
  expect(measures.get('gap')).toMatchObject({ better: 'lower', value: expect.closeTo(20 - swap - 1, 12) });
  expect(measures.has('swap.truth.psnr:eyes')).toBe(false);
});

test('grid is what figures run along, every other axis but the seed makes a line', () => {
  const { x, by, series, scale } = statistics();
  expect([x, by, scale]).toEqual(['grid', ['arm', 'remedy'], 'linear']);
  expect(series.map(({ name, cells }) => [name, cells.map((cell) => cell.x), cells[0]?.points.length])).toEqual([
    ['arm sharp', [1, 2, 3, 4, 5, 6, 7], 2],
    ['arm even', [1, 2, 3, 4, 5, 6, 7], 2],
    ['remedy cell', [7], 1],
  ]);
  const cells = statistics({ x: 'cells', by: ['arm'] });
  expect(cells.scale).toBe('log2');
  expect(cells.series[0]?.cells.map((cell) => cell.x)).toEqual([1, 4, 9, 16, 25, 36, 49]);
  for (const wrong of [{ x: 'grit' }, { by: ['arms'] }, { measures: ['gaps'] }]) {
    expect(() => statistics(wrong)).toThrow(expect.objectContaining({ code: 'FSAE_SWEEP_AXIS' }));
  }
});

test('a transition is found in the arm that has one, and not in the other', () => {
  const transitions = statistics({ measures: ['aboveMeanFace'] }).transitions;
  expect(transitions).toMatchObject([
    { series: 'arm sharp', result: { found: true, broken: { at: expect.closeTo(4, 1) } } },
    { series: 'arm even', result: { found: false } },
  ]);
  const [first, second] = transitions.map(({ result, adjusted }) => [(result as { p: number }).p, adjusted as number]);
  // Holm: the smaller one counts twice, the larger one once.
  expect(first?.[1]).toBeCloseTo(2 * (first?.[0] as number), 12);
  expect(second?.[1]).toBeCloseTo(second?.[0] as number, 12);
});

test('the Pareto front is what no other point beats', () => {
  const points = [
    [1, 5],
    [2, 4],
    [2, 3],
    [3, 1],
    [0, 5],
    [3, 1],
  ] as const;
  expect(paretoFront(points)).toEqual([true, true, false, true, false, true]);
  const [{ leak, points: found } = { leak: undefined, points: [] }] = statistics().pareto;
  expect(leak).toMatchObject({ key: 'gap', better: 'lower' });
  // Reconstruction grows with the grid here: of grid 7 the remedy has the least gap, the others of grid 7 are beaten by it.
  expect(found.filter(({ front }) => front).map(({ series, cell }) => `${series} ${cell.xName}`)).toContain(
    'remedy cell 7',
  );
  expect(found.find(({ series, cell }) => series === 'arm sharp' && cell.xName === '7')?.front).toBe(false);
});

test('the statistics are JSON', () => {
  const json = toJson(statistics());
  expect(JSON.parse(JSON.stringify(json))).toEqual(json);
  expect(json.cells[0]?.values['gap']).toMatchObject({ n: 2, each: [expect.any(Number), expect.any(Number)] });
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fsae-report-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('the report is a page and a picture of each figure, on white', async () => {
  const failed = {
    run: 'grid-8_seed-1',
    axes: { grid: '8', seed: '1' },
    seed: 1,
    config: 'x',
    error: { code: null, message: '<no>' },
  };
  await writeFile(join(folder, 'results.jsonl'), [...lines, failed].map((one) => `${JSON.stringify(one)}\n`).join(''));
  const out = join(folder, 'report');
  const files = await writeSweepReport({ folder, out, created: new Date(0), measures: ['gap'] });
  expect(files.map((file) => file.slice(out.length + 1))).toEqual(['index.html', 'along-gap.png', 'pareto-gap.png']);
  const page = await readFile(files[0] as string, 'utf8');
  for (const said of [
    'Found in 1 of 2 lines',
    'none found',
    'arm sharp',
    '1 failed',
    '&lt;no&gt;',
    'No run has a preview',
  ]) {
    expect(page).toContain(said);
  }
  const { data, info } = await sharp(files[1] as string)
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect(info.channels).toBe(3);
  expect([...data.subarray(0, 3)]).toEqual([255, 255, 255]);
  expect((await sharp(files[1] as string).stats()).channels[0]?.stdev).toBeGreaterThan(10);
  await expect(writeSweepReport({ folder: join(folder, 'nowhere'), out, created: new Date(0) })).rejects.toMatchObject({
    code: 'FSAE_SWEEP_NO_RESULTS',
  });
});
