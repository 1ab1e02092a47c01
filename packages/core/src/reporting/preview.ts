import type { OverlayOptions } from 'sharp';
import { drawText, textWidth } from './lettering.js';
import { type Provenance, stamp } from './provenance.js';

/** Pictures in rows under captioned columns. */
export interface PreviewSheet {
  readonly columns: readonly string[];
  /** RGB bytes, size * size * 3, one per column. */
  readonly rows: readonly { readonly pictures: readonly Uint8Array[] }[];
  readonly size: number;
}

/** `runId` only where a trained model has touched the pictures. */
export interface PreviewStyle extends Partial<Provenance> {
  readonly title?: string;
  /** Times that pictures are enlarged. By default to about 128 pixels. */
  readonly scale?: number;
}

const GAP = 4;
const MARGIN = 12;
const CAP = 9;
const SMALLEST_CAP = 6;
const LINE = 18;
const BACKGROUND = '#ffffff';
const INK = '#20242a';

/** A sheet of pictures as PNG: a caption over each column; marked with its provenance where it has a run. */
export async function renderPreview(sheet: PreviewSheet, style: PreviewStyle): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  const { columns, rows, size } = sheet;
  const side = size * (style.scale ?? Math.max(1, Math.round(128 / size)));
  const captions = columns.map((caption) => breakCaption(caption, side));
  const titleHeight = style.title === undefined ? 0 : LINE + 10;
  const captionHeight = Math.max(1, ...captions.map(({ lines }) => lines.length)) * LINE;
  const top = MARGIN + titleHeight + captionHeight;
  const left = (column: number) => MARGIN + column * (side + GAP);
  const width = left(columns.length) - GAP + MARGIN;
  const height = top + rows.length * (side + GAP) - GAP + MARGIN;

  const pictures: OverlayOptions[] = [];
  for (const [r, row] of rows.entries()) {
    for (const [c, pixels] of row.pictures.entries()) {
      const raw = { width: size, height: size, channels: 3 } as const;
      // Cubic: enlarged pixels would look like a flaw of the model.
      const enlarged = sharp(pixels, { raw }).resize(side, side, { kernel: 'cubic' }).removeAlpha().raw();
      const input = await enlarged.toBuffer();
      pictures.push({
        input,
        raw: { width: side, height: side, channels: 3 },
        left: left(c),
        top: top + r * (side + GAP),
      });
    }
  }
  const texts = captions.flatMap(({ lines, cap }, c) =>
    lines.map((line, i) => {
      const y = top - 7 - (lines.length - 1 - i) * LINE;
      return drawText(line, { anchor: 'middle', x: left(c) + side / 2, y, cap, colour: INK });
    }),
  );
  if (style.title !== undefined) {
    const cap = Math.min(CAP + 2, ((CAP + 2) * (width - 2 * MARGIN)) / textWidth(style.title, CAP + 2));
    texts.push(drawText(style.title, { anchor: 'start', x: MARGIN, y: MARGIN + LINE - 4, cap, colour: INK }));
  }
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${texts.join('')}</svg>`;
  const canvas = sharp({ create: { width, height, channels: 3, background: BACKGROUND } });
  const drawn = canvas.composite([{ input: Buffer.from(svg), left: 0, top: 0 }, ...pictures]);
  const { runId } = style;
  return (runId === undefined ? drawn : stamp(drawn, { runId }))
    .png({ compressionLevel: 9, adaptiveFiltering: true })
    .toBuffer();
}

/** A caption that fits over a column: on one line, else on two, else smaller. */
function breakCaption(caption: string, width: number): { readonly lines: readonly string[]; readonly cap: number } {
  const room = width - 4;
  const smallest = (lines: readonly string[]) =>
    Math.max(SMALLEST_CAP, Math.min(CAP, ...lines.map((line) => (CAP * room) / Math.max(1, textWidth(line, CAP)))));
  if (textWidth(caption, CAP) <= room) return { lines: [caption], cap: CAP };
  const words = caption.split(' ');
  const breaks = words.slice(1).map((_, i) => [words.slice(0, i + 1).join(' '), words.slice(i + 1).join(' ')]);
  const widest = (lines: readonly string[]) => Math.max(...lines.map((line) => textWidth(line, CAP)));
  const best = breaks.sort((a, b) => widest(a) - widest(b))[0] ?? [caption];
  const cap = smallest(best);
  return { lines: best.map((line) => shorten(line, room, cap)), cap };
}

function shorten(line: string, width: number, cap: number): string {
  const letters = [...line];
  while (letters.length > 1 && textWidth(`${letters.join('')}...`, cap) > width) letters.pop();
  return letters.length === [...line].length || textWidth(line, cap) <= width ? line : `${letters.join('')}...`;
}
