import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fsaeError } from '../../errors/catalogue.js';
import { drawText } from '../../reporting/lettering.js';
import type { MeasuredLine } from '../results.js';

export interface SidePreview {
  readonly value: string;
  readonly run: string;
  /** PNG, as wide as the others. */
  readonly png: Buffer;
  readonly height: number;
}

const WIDTH = 460;

/**
 * The preview sheets of runs that differ in one axis only, first values first: the runs beside the one of the first line
 * that has most of them.
 * @throws FSAE_SWEEP_AXIS
 */
export async function sidePreviews(
  lines: readonly MeasuredLine[],
  axis: string,
  folder: string,
): Promise<SidePreview[]> {
  const values = [...new Set(lines.flatMap(({ axes }) => axes[axis] ?? []))];
  if (values.length === 0) {
    const known = [...new Set(lines.flatMap(({ axes }) => Object.keys(axes)))];
    throw fsaeError('FSAE_SWEEP_AXIS', { option: '--previews', received: axis, known });
  }
  const beside = new Map<string, MeasuredLine[]>();
  for (const line of lines) {
    if (line.axes[axis] === undefined) continue;
    const others = JSON.stringify({ ...line.axes, [axis]: '' });
    beside.set(others, [...(beside.get(others) ?? []), line]);
  }
  const chosen = [...beside.values()].reduce((most, group) => (group.length > most.length ? group : most), []);
  const byValue = chosen.toSorted((a, b) => order(a.axes[axis] ?? '', b.axes[axis] ?? ''));
  const { default: sharp } = await import('sharp');
  const previews: SidePreview[] = [];
  for (const { run, axes } of byValue) {
    const sheet = await readFile(join(folder, run, 'preview.png')).catch(() => undefined);
    if (sheet === undefined) continue;
    const { data, info } = await sharp(sheet)
      .resize({ width: WIDTH, withoutEnlargement: true })
      .png({ compressionLevel: 9, palette: true })
      .toBuffer({ resolveWithObject: true });
    previews.push({ value: axes[axis] ?? '', run, png: data, height: info.height });
  }
  return previews;
}

function order(a: string, b: string): number {
  return Number(a) - Number(b) || a.localeCompare(b);
}

const [GAP, CAPTION] = [12, 26];

/** All of them in one picture, two or three in a row. */
export async function previewsPng(axis: string, previews: readonly SidePreview[]): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  const columns = Math.min(previews.length, 3);
  const tall = Math.max(...previews.map(({ height }) => height)) + CAPTION + GAP;
  const width = columns * (WIDTH + GAP) + GAP;
  const height = Math.ceil(previews.length / columns) * tall + GAP;
  const place = (i: number) => ({
    left: GAP + (i % columns) * (WIDTH + GAP),
    top: GAP + Math.floor(i / columns) * tall,
  });
  const captions = previews.map(({ value }, i) => {
    const { left, top } = place(i);
    return drawText(`${axis} ${value}`, { anchor: 'start', x: left + 12, y: top + 16, cap: 11, colour: '#20242a' });
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${captions.join('')}</svg>`;
  const sheets = previews.map(({ png }, i) => ({ input: png, left: place(i).left, top: place(i).top + CAPTION }));
  return sharp({ create: { width, height, channels: 3, background: '#ffffff' } })
    .composite([{ input: Buffer.from(svg), left: 0, top: 0 }, ...sheets])
    .png({ compressionLevel: 9, palette: true })
    .toBuffer();
}
