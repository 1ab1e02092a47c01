import type { LogLine } from './log-file.js';
import { html, type Markup } from './markup.js';
import { shortNumber } from './numbers.js';
import { curve, plot, plotSmall } from './plots.js';

/** What was measured on held-out faces in passing: a small plot for each number, and the information plane. */
export async function plotHeldOut(lines: readonly LogLine[]): Promise<Markup> {
  const names = [...new Set(lines.flatMap((line) => Object.keys(line)))].filter((name) => name !== 'step');
  const small = await Promise.all(names.map((name) => plotSmall(name, curve(lines, name))));
  return html`<div class="small">${small}</div>${await plotPlane(lines)}`;
}

/** The information plane (Tishby & Zaslavsky 2015): what z holds of the picture, and what the decoder makes of it, over the steps. */
async function plotPlane(lines: readonly LogLine[]): Promise<Markup> {
  const rate = lines.some((line) => 'information.zx[rate]' in line);
  const held = rate ? 'information.zx[rate]' : 'information.zx[capacity]';
  const points = lines.flatMap((line) => {
    const [zx, zy] = [line[held], line['information.zy']];
    return typeof zx === 'number' && typeof zy === 'number' ? [{ step: line.step, zx, zy }] : [];
  });
  if (points.length < 2) return html``;
  const drawing = await plot(({ line, dot }) => ({
    width: 640,
    height: 360,
    marginLeft: 64,
    x: { label: `I(Z;X): ${rate ? 'KL rate' : 'capacity'}, bits per picture`, grid: true, tickFormat: shortNumber },
    y: { label: 'I(Z;Y): beyond the mean face, bits per picture', grid: true, tickFormat: shortNumber },
    color: { scheme: 'viridis' },
    marks: [
      line(points, { x: 'zx', y: 'zy', strokeOpacity: 0.3 }),
      dot(points, { x: 'zx', y: 'zy', fill: 'step', r: 4 }),
    ],
  }));
  return html`<figure><figcaption>Information plane, the first steps dark, the last ones bright</figcaption>${drawing}</figure>`;
}
