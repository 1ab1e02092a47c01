import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { drawText, textWidth } from '../../src/reporting/lettering.js';
import { renderPreview } from '../../src/reporting/preview.js';
import { writePicture } from '../../src/reporting/provenance.js';

const size = 32;
/** A picture of one colour. */
const plain = (r: number, g: number, b: number) =>
  Uint8Array.from({ length: size * size * 3 }, (_, i) => [r, g, b][i % 3] as number);
const colours = [
  [220, 20, 20],
  [20, 220, 20],
  [20, 20, 220],
] as [number, number, number][];
const columns = ['src', 'src → dst', 'dst reconstructed'];
const row = { pictures: colours.map((colour) => plain(...colour)) };

async function pixels(png: Buffer) {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)];
  return { ...info, at };
}

test('pictures stand in their columns, enlarged, and nothing is recoloured', async () => {
  const sheet = await pixels(await renderPreview({ columns, rows: [row, row], size }, { runId: 'r' }));
  // 3 columns of 4 * 32 pixels, gaps of 4, margins of 12.
  expect(sheet.width).toBe(12 + 3 * 128 + 2 * 4 + 12);
  for (const [column, colour] of colours.entries()) {
    for (const y of [sheet.height - 12 - 1, sheet.height - 12 - 128 - 4 - 1]) {
      expect(sheet.at(12 + column * 132, y)).toEqual([...colour]);
      expect(sheet.at(12 + column * 132 + 127, y - 127)).toEqual([...colour]);
    }
  }
  expect(sheet.at(12 + 129, sheet.height - 20)).toEqual([255, 255, 255]);
});

test('scale 1 keeps every byte', async () => {
  const noise = Uint8Array.from({ length: size * size * 3 }, (_, i) => (i * 7919) % 256);
  const sheet = await pixels(
    await renderPreview({ columns: [''], rows: [{ pictures: [noise] }], size }, { runId: 'r', scale: 1 }),
  );
  for (const [x, y] of [
    [0, 0],
    [31, 31],
    [5, 17],
  ] as const) {
    const at = (y * size + x) * 3;
    expect(sheet.at(12 + x, sheet.height - 12 - size + y)).toEqual([...noise.subarray(at, at + 3)]);
  }
});

test('there is ink over every column, and only there, whatever the caption', async () => {
  const long = 'a very long name of an identity → another very long name of an identity';
  const sheet = await pixels(await renderPreview({ columns: ['src', '', long], rows: [row], size }, { runId: 'r' }));
  const top = sheet.height - 12 - 128;
  const ink = (left: number, right: number) => {
    let dark = 0;
    for (let y = 0; y < top; y++) for (let x = left; x < right; x++) if ((sheet.at(x, y)[0] as number) < 128) dark++;
    return dark;
  };
  expect(ink(12, 12 + 128)).toBeGreaterThan(20);
  expect(ink(12 + 132, 12 + 132 + 128)).toBe(0);
  expect(ink(12 + 264, 12 + 264 + 128)).toBeGreaterThan(100);
  expect(ink(12 + 128, 12 + 132) + ink(12 + 260, 12 + 264)).toBe(0);
});

test('every printable ASCII letter has strokes of its own, so that no font is needed', () => {
  const drawn = new Set<string>();
  for (let code = 33; code < 127; code++) {
    const letter = String.fromCharCode(code);
    const svg = drawText(letter, { anchor: 'start', x: 0, y: 0, cap: 14, colour: '#000' });
    expect(svg).not.toContain('<text');
    drawn.add(svg);
  }
  expect(drawn.size).toBe(94);
  expect(drawText('René → Ünal', { anchor: 'start', x: 0, y: 0, cap: 14, colour: '#000' })).not.toContain('<text');
  expect(drawText('花子 <b>', { anchor: 'middle', x: 0, y: 0, cap: 14, colour: '#000' })).toContain(
    '>花子 &lt;b&gt;</text>',
  );
});

test('no letter is drawn beyond its width', async () => {
  for (let code = 33; code < 127; code++) {
    const letter = String.fromCharCode(code);
    const width = textWidth(letter, 28);
    const text = drawText(letter, { anchor: 'start', x: 20, y: 50, cap: 28, colour: '#000' });
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="80" height="80"><rect width="80" height="80" fill="#fff"/>${text}</svg>`;
    const { data } = await sharp(Buffer.from(svg))
      .removeAlpha()
      .greyscale()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const inked = [...data].flatMap((value, i) => (value < 128 ? [[i % 80, Math.floor(i / 80)] as const] : []));
    expect(inked.length, letter).toBeGreaterThan(4);
    const [xs, ys] = [inked.map(([x]) => x), inked.map(([, y]) => y)];
    // Half a stroke of 3.4 pixels may stand over on each side.
    expect(Math.min(...xs), letter).toBeGreaterThanOrEqual(18);
    expect(Math.max(...xs), letter).toBeLessThanOrEqual(20 + width + 2);
    expect(Math.min(...ys), letter).toBeGreaterThanOrEqual(17);
    expect(Math.max(...ys), letter).toBeLessThanOrEqual(60);
  }
});

const marked = 'http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia';
const xmpOf = async (picture: Buffer | string) => String((await sharp(picture).metadata()).xmp);

test('a preview says that a model made it, and in which run', async () => {
  const xmp = await xmpOf(await renderPreview({ columns, rows: [row], size }, { runId: 'a<b>&"c"' }));
  expect(xmp).toContain(`<Iptc4xmpExt:DigitalSourceType>${marked}</Iptc4xmpExt:DigitalSourceType>`);
  expect(xmp).toContain('fsae run a&lt;b&gt;&amp;&quot;c&quot;');
});

test('so does every kind of picture that is written, and its pixels are right', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fsae-picture-'));
  try {
    for (const [ending, tolerance] of [
      ['png', 0],
      ['jpg', 3],
      ['JPEG', 3],
      ['webp', 6],
      ['avif', 6],
      ['tif', 0],
    ] as const) {
      const path = join(folder, 'deeper', `swap.${ending}`);
      await writePicture(plain(200, 100, 50), { width: size, height: size }, path, { runId: 'run-7' });
      expect(await xmpOf(path)).toContain(marked);
      expect(await xmpOf(path)).toContain('fsae run run-7');
      const first = (await sharp(path).removeAlpha().raw().toBuffer()).subarray(0, 3);
      for (const [i, value] of [200, 100, 50].entries()) {
        expect(Math.abs((first[i] as number) - value), ending).toBeLessThanOrEqual(tolerance);
      }
    }
    writeFileSync(join(folder, 'file'), '');
    await expect(
      writePicture(plain(0, 0, 0), { width: size, height: size }, join(folder, 'file/x.png'), { runId: 'r' }),
    ).rejects.toThrow(expect.objectContaining({ code: 'FSAE_TRAINING_OUTPUT' }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
