import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { writeWhole } from '../read/write.js';
import type { ExtractionRecord } from './record.js';

const TILE = 96;
const ACROSS = 16;
/** More than a look can take in. */
const MOST = 16 * 16;

/**
 * Draws the faces with their landmarks as `<folder>.sheet.png`: beside the folder, as in it every picture is a face. Of
 * many, some at equal distances. Undefined when there is none.
 */
export async function writeSheet(folder: string, record: ExtractionRecord): Promise<string | undefined> {
  const faces = await record.present();
  if (faces.length === 0) return undefined;
  const every = Math.ceil(faces.length / MOST);
  const shown = faces.filter((_, i) => i % every === 0);
  const tiles = await Promise.all(shown.map(({ name, format }) => tileOf(join(folder, name), format)));
  const columns = Math.min(ACROSS, tiles.length);
  const gap = 2;
  const place = (i: number) => gap + i * (TILE + gap);
  const sheet = sharp({
    create: {
      width: place(columns),
      height: place(Math.ceil(tiles.length / columns)),
      channels: 3,
      background: '#202020',
    },
  }).composite(tiles.map((input, i) => ({ input, left: place(i % columns), top: place(Math.floor(i / columns)) })));
  const file = `${folder}.sheet.png`;
  await writeWhole(file, await sheet.png().toBuffer());
  return file;
}

async function tileOf(face: string, format: string): Promise<Buffer> {
  const { landmarks } = JSON.parse(await readFile(`${face}.json`, 'utf8')) as { landmarks: [number, number][] };
  const dots = landmarks.map(
    ([x, y]) => `<circle cx="${(x * TILE).toFixed(1)}" cy="${(y * TILE).toFixed(1)}" r="1" fill="#40ff60"/>`,
  );
  const overlay = `<svg xmlns="http://www.w3.org/2000/svg" width="${TILE}" height="${TILE}">${dots.join('')}</svg>`;
  return sharp(await readFile(`${face}.${format}`))
    .resize(TILE, TILE, { fit: 'fill' })
    .composite([{ input: Buffer.from(overlay) }])
    .png()
    .toBuffer();
}
