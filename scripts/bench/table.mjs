// The last run of `npm run bench` as Markdown, as docs/performance.md holds it: node scripts/bench/table.mjs
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const resultsFile = fileURLToPath(new URL('../../bench/results.json', import.meta.url));
/** With fewer clean steps than this a figure says little, and is marked. */
const ENOUGH = 8;

const whole = (value) => Math.round(value).toLocaleString('en-US');
const ms = (seconds) => (seconds < 0.1 ? (seconds * 1e3).toPrecision(3) : whole(seconds * 1e3));
const percent = (share) => `${whole(share * 100)} %`;
const orDash = (value, show) => (value === null ? '-' : show(value));
const range = (low, high, show) => `${show(low)} to ${show(high)}`;
const steps = ({ cleanSteps, droppedSteps }) =>
  `${cleanSteps} of ${cleanSteps + droppedSteps}${cleanSteps < ENOUGH ? ' (few)' : ''}`;
const ratio = ({ ratioToTorch, ratioLow, ratioHigh }) =>
  orDash(ratioToTorch, (value) => `${value.toFixed(2)} (${range(ratioLow, ratioHigh, (of) => of.toFixed(2))})`);
const engine = ({ backend, threads }) => `${backend}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;

/** Columns are [heading, cell of a row]. */
function table(title, rows, columns) {
  if (rows.length === 0) return [];
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [
    `### ${title}\n`,
    line(columns.map(([heading]) => heading)),
    `|${'---|'.repeat(columns.length)}`,
    ...rows.map((row) => line(columns.map(([, cell]) => cell(row)))),
    '',
  ];
}

export function tables({ machine, peakGflops, products, rows, inference, loader }) {
  const { cpu, cores, memoryGigabytes, node, platform } = machine;
  return [
    `${cores} cores of ${cpu}, ${memoryGigabytes} GiB, ${platform}, Node.js ${node}.`,
    ...(peakGflops === null
      ? []
      : [
          `Peak: ${whole(peakGflops)} GFLOP/s, the faster of ${products
            .map(({ size, gflops, backend }) => `${size}³ (${whole(gflops)} GFLOP/s, ${backend})`)
            .join(' and ')}.`,
        ]),
    '',
    ...table('A training step', rows, [
      ['network', ({ benchmark, size }) => `${benchmark}, ${size} px`],
      ['engine', engine],
      ['ms, median', ({ medianSeconds }) => ms(medianSeconds)],
      ['fastest to slowest', ({ low, high }) => range(low, high, ms)],
      ['CPU ms', ({ cpuSeconds }) => ms(cpuSeconds)],
      ['clean steps', steps],
      ['time over PyTorch', ratio],
      ['GFLOP/s', ({ gflops }) => orDash(gflops, whole)],
      ['of peak', ({ shareOfPeak }) => orDash(shareOfPeak, percent)],
      ['peak MB', ({ peakMegabytes }) => whole(peakMegabytes)],
      ['compiled in, s', ({ compileSeconds }) => compileSeconds.toFixed(1)],
    ]),
    ...table('Swapping', inference, [
      ['network', ({ benchmark, size }) => `${benchmark}, ${size} px`],
      ['batch', ({ batch }) => batch],
      ['engine', engine],
      ['faces/s', ({ facesPerSecond }) => whole(facesPerSecond)],
      ['ms, median', ({ medianSeconds }) => ms(medianSeconds)],
      ['clean steps', steps],
      ['faces/s over PyTorch', ratio],
      ['GFLOP/s', ({ gflops }) => orDash(gflops, whole)],
      ['peak MB', ({ peakMegabytes }) => whole(peakMegabytes)],
    ]),
    ...table('The loader', loader, [
      ['faces', ({ source, pictureSize, size }) => `${source}, ${pictureSize} px, trained at ${size} px`],
      ['read', ({ reading }) => (reading === 'first' ? 'for the first time' : 'before')],
      ['faces/s', ({ facesPerSecond }) => whole(facesPerSecond)],
      ['rounds', ({ low, high }) => range(low, high, whole)],
      ['CPU ms a face', ({ cpuSecondsPerFace }) => ms(cpuSecondsPerFace)],
      ['clean batches', steps],
      ["demo's need, faces/s", ({ neededPerSecond }) => orDash(neededPerSecond, whole)],
      ["of the demo's step", ({ shareOfDemoStep }) => orDash(shareOfDemoStep, percent)],
    ]),
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (existsSync(resultsFile)) console.log(tables(JSON.parse(readFileSync(resultsFile, 'utf8'))));
  else {
    console.error('There is no bench/results.json: npm run bench writes it.');
    process.exitCode = 1;
  }
}
