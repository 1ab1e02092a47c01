import { parseHTML } from 'linkedom';
import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import { accountingOf } from '../../src/model/accounting.js';
import { duration, shortNumber } from '../../src/reporting/numbers.js';
import { renderReport } from '../../src/reporting/report.js';
import { renderTable } from '../../src/reporting/table.js';
import { sampleReport, sampleRows, sampleRun } from './sample.js';

let preview: Buffer;
let report: string;
beforeAll(async () => {
  preview = await sharp({ create: { width: 40, height: 20, channels: 3, background: '#888' } })
    .png()
    .toBuffer();
  report = await renderReport(sampleReport(sampleRun(preview)));
});
const open = (page: string) => parseHTML(page).document;
const textsOf = (page: string, selector: string) =>
  [...open(page).querySelectorAll(selector)].map((one) => one.textContent);

test('is one page on its own: no script, nothing loaded', () => {
  expect(report).not.toMatch(/<script|<link|<iframe|@import|\son\w+=|javascript:/i);
  const addresses = [...report.matchAll(/(?:src|href|url)\s*[=(]\s*["']?([^"')\s>]+)/gi)].map(([, address]) => address);
  expect(
    addresses.filter((address) => !address?.startsWith('data:image/png;base64,') && !address?.startsWith('#')),
  ).toEqual([]);
  expect(
    [...report.matchAll(/https?:\/\/[^"'\s<)]+/g)]
      .map(([url]) => url)
      .filter((url) => !url.startsWith('http://www.w3.org/')),
  ).toEqual([]);
  expect(report.length).toBeLessThan(250_000);
});

test('has every section, the verdict and the preview', () => {
  expect(textsOf(report, 'h1')).toEqual(['fsae demo']);
  expect(textsOf(report, 'h2')).toEqual([
    'Held-out faces',
    'Evaluation',
    'Losses',
    'What the bottleneck keeps',
    'Time and memory',
    'Config',
    'Versions',
  ]);
  expect(textsOf(report, '.verdict.passed')).toEqual([
    'A swap: 4.3 and 4.9 dB above the mean face of the target, 4 asked for.',
  ]);
  expect(textsOf(report, '.facts')).toEqual(['6,000 steps in 2:51 on wasm · 64 × 64 px · 2026-11-24 21:07 UTC']);
  const source = open(report).querySelector('img')?.getAttribute('src') ?? '';
  expect(Buffer.from(source.slice('data:image/png;base64,'.length), 'base64').equals(preview)).toBe(true);
});

test('the evaluation table holds every row with its baselines', () => {
  const [evaluation] = [...open(report).querySelectorAll('table')];
  const rows = [...(evaluation?.querySelectorAll('tr') ?? [])].map((row) =>
    [...row.children].map((cell) => cell.textContent),
  );
  expect(rows[0]).toEqual([
    'metric',
    'region',
    'from',
    'to',
    'value',
    '95 %',
    'mean face',
    'no swap',
    'reconstruction',
    'unit',
  ]);
  expect(rows[1]).toEqual([
    'reconstruction.ssim',
    'whole',
    'src',
    'src',
    '0.912',
    '[0.908, 0.916]',
    '0.790',
    '',
    '',
    '',
  ]);
  expect(rows[4]).toEqual([
    'swap.truth.psnr',
    'eyes',
    'src',
    'dst',
    '17.02',
    '[16.81, 17.21]',
    '14.71',
    '11.20',
    '20.12',
    'dB',
  ]);
  expect(rows.length).toBe(1 + sampleRows().length);
});

test('draws the swaps between their baselines and a curve for every logged value', () => {
  const drawings = [...open(report).querySelectorAll('figure svg')];
  // Swaps, losses, and one for each of gradientNorm, learningRate, adversarial/accuracy.
  expect(drawings.length).toBe(5);
  expect(drawings[0]?.querySelectorAll('circle').length).toBe(6);
  expect(textsOf(report, 'figcaption')).toEqual(['gradientNorm', 'learningRate', 'adversarial/accuracy']);
  expect(textsOf(report, '.key').at(-1)).toBe('totall1latent-statistics');
  for (const drawing of drawings) expect(drawing.outerHTML).not.toContain('NaN');
  // Labels of the logarithmic axis are not rounded away.
  expect([...(drawings[1]?.querySelectorAll('text') ?? [])].map((one) => one.textContent)).toContain('0.02');
});

test("shows the article's accounting and the timings", async () => {
  const article = sampleRun(preview, { accounting: accountingOf([256, 256, 3], [3, 3, 1024]) });
  const tables = [...open(await renderReport(sampleReport(article))).querySelectorAll('table')];
  const cells = (i: number) => [...(tables[i]?.querySelectorAll('tbody td') ?? [])].map((cell) => cell.textContent);
  expect(cells(1)).toEqual(['demo', '256 × 256 × 3', '3 × 3 × 1024', '196,608', '9,216', '21.3×', '4.69 %', '9']);
  expect(cells(2)).toEqual(['demo', 'wasm', '6,000', '2:51', '35', '0.8 %', '430 MB', '310']);
});

test('shows the config as JSON that can be read back', () => {
  const [config] = textsOf(report, 'pre');
  expect(JSON.parse(config as string)).toEqual(sampleRun(preview).config);
});

test('a second run stands beside the first', async () => {
  const contrast = sampleRun(preview, { name: 'contrast', note: 'plain L1 at 7x7' });
  const page = await renderReport(sampleReport(sampleRun(preview), contrast));
  expect(textsOf(page, 'section:first-of-type h3')).toEqual(['demo', 'contrast plain L1 at 7x7']);
  expect(open(page).querySelectorAll('img').length).toBe(2);
  expect(textsOf(page, 'h3').length).toBe(8);
});

test('nothing that a config, a plugin or a person wrote becomes markup', async () => {
  const evil = '<script>alert(1)</script>"\'&';
  const [row] = sampleRows();
  const run = sampleRun(preview, {
    name: evil,
    note: evil,
    evaluation: {
      step: 1,
      seconds: 1,
      backend: evil,
      rows: [{ ...row!, metric: evil, region: evil, from: evil, to: evil, unit: evil, noSwap: 1 }],
    },
    metrics: [1, 2].map((step) => ({ step, loss: 1, [`loss/${evil}`]: 1, [evil]: 1 })),
    config: { ...sampleRun(preview).config, name: evil },
  });
  const page = await renderReport({
    ...sampleReport(run, run),
    title: evil,
    verdict: { text: evil, passed: false },
    versions: { [evil]: evil },
  });
  expect(page).not.toContain('<script');
  expect(open(page).querySelector('h1')?.textContent).toBe(evil);
  expect(open(page).querySelector('script')).toBeNull();
});

test('a run that logged nothing and has no baselines still has a report', async () => {
  const rows = sampleRows().slice(0, 2);
  const run = sampleRun(preview, {
    metrics: [],
    timings: [],
    evaluation: { step: 0, seconds: 0, backend: 'cpu', rows },
  });
  const page = await renderReport(sampleReport(run));
  expect(page).toContain('Nothing was logged.');
  expect(open(page).querySelectorAll('svg').length).toBe(0);
});

test('the table of the terminal is aligned and without colours', async () => {
  const lines = (await renderTable(sampleRows())).split('\n');
  expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  expect(lines[1]).toMatch(/metric .*region .*from .*to .*value .*95 % .*mean face .*no swap .*reconstruction .*unit/);
  expect(lines[6]).toMatch(
    /swap\.truth\.psnr .*eyes .*src .*dst .*17\.02 .*\[16\.81, 17\.21\] .*14\.71 .*11\.20 .*20\.12 .*dB/,
  );
  expect(lines.join('')).not.toContain('\u001b');
});

test('numbers and times as a person writes them', () => {
  const written = [0, 1, 0.5, 0.012345, 12.345, 1234.5, 999_999, 1_234_567, 0.00001234, -0.25, Number.NaN].map(
    shortNumber,
  );
  expect(written).toEqual(['0', '1', '0.5', '0.0123', '12.3', '1235', '999999', '1.2e+6', '1.2e-5', '-0.25', 'NaN']);
  expect([0, 3, 59.6, 123, 3723, Number.POSITIVE_INFINITY].map(duration)).toEqual([
    '0:00',
    '0:03',
    '1:00',
    '2:03',
    '1:02:03',
    '?',
  ]);
});

test('what was measured in passing has its curves and the information plane', async () => {
  const heldOut = [500, 1000, 1500].map((step) => ({
    step,
    'swap.truth.psnr': 15 + step / 500,
    'information.zx[capacity]': 900 - step / 10,
    'information.zy': 10_000 + 3 * step,
  }));
  const page = await renderReport(sampleReport(sampleRun(preview, { heldOut })));
  expect(page).toContain('<h2>Held-out faces during training</h2>');
  expect(page).toContain('<figcaption>swap.truth.psnr</figcaption>');
  expect(page).toContain('Information plane');
  expect(await renderReport(sampleReport(sampleRun(preview)))).not.toContain('Held-out faces during training');
});
