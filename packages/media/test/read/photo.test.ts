import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { expect, test } from 'vitest';
import type { Raster } from '../../src/contracts.js';
import { listInputs } from '../../src/read/inputs.js';
import { readPhoto } from '../../src/read/photo.js';
import { encode, toSharp, writeWhole } from '../../src/read/write.js';
import { folderOfTest, fromRaster, writePng } from '../folder.js';
import { sceneOf } from '../scene.js';

const { picture } = await sceneOf(61, 43, [{ person: 1, at: [30, 20], side: 40 }]);

function meanDifference(a: Raster, b: Raster): number {
  expect([a.width, a.height]).toEqual([b.width, b.height]);
  return a.data.reduce((sum, value, i) => sum + Math.abs(value - b.data[i]!), 0) / a.data.length;
}

test('a png of odd sizes comes back bit for bit, also written by us', async () => {
  const folder = await folderOfTest();
  expect((await readPhoto(await writePng(picture, join(folder, 'a.png')))).picture).toEqual(picture);
  await writeWhole(join(folder, 'deep', 'b.png'), await encode(toSharp({ picture }), 'png').toBuffer());
  expect(await readPhoto(join(folder, 'deep', 'b.png'))).toEqual({ picture });
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])('EXIF orientation %i is undone', async (orientation) => {
  const folder = await folderOfTest();
  // What a camera held that way stores: the picture moved by the orientation's inverse, one move after the other.
  const moves: Record<number, ((image: Sharp) => Sharp)[]> = {
    1: [],
    2: [(image) => image.flop()],
    3: [(image) => image.rotate(180)],
    4: [(image) => image.flip()],
    5: [(image) => image.rotate(90), (image) => image.flop()],
    6: [(image) => image.rotate(270)],
    7: [(image) => image.rotate(270), (image) => image.flop()],
    8: [(image) => image.rotate(90)],
  };
  let stored = await fromRaster(picture).png().toBuffer();
  for (const move of moves[orientation]!) stored = await move(sharp(stored)).png().toBuffer();
  const path = join(folder, 'photo.tiff');
  await sharp(stored).withMetadata({ orientation }).tiff({ compression: 'lzw' }).toFile(path);
  expect((await readPhoto(path)).picture).toEqual(picture);
});

test('16 bit, grey, palette, CMYK and alpha become RGB of 8 bit', async () => {
  const folder = await folderOfTest();
  const image = fromRaster(picture);
  await image.clone().toColourspace('rgb16').png().toFile(join(folder, '16.png'));
  expect(meanDifference((await readPhoto(join(folder, '16.png'))).picture, picture)).toBe(0);

  await image.clone().greyscale().png().toFile(join(folder, 'grey.png'));
  const { picture: grey } = await readPhoto(join(folder, 'grey.png'));
  expect([grey.width, grey.height, grey.data.length]).toEqual([61, 43, 61 * 43 * 3]);
  expect(grey.data.every((value, i) => value === grey.data[i - (i % 3)])).toBe(true);

  await image.clone().png({ palette: true }).toFile(join(folder, 'palette.png'));
  expect(meanDifference((await readPhoto(join(folder, 'palette.png'))).picture, picture)).toBeLessThan(4);

  await image.clone().toColourspace('cmyk').jpeg({ quality: 100 }).toFile(join(folder, 'cmyk.jpg'));
  expect((await sharp(join(folder, 'cmyk.jpg')).metadata()).channels).toBe(4);
  expect(meanDifference((await readPhoto(join(folder, 'cmyk.jpg'))).picture, picture)).toBeLessThan(12);

  const alpha = Uint8Array.from({ length: 61 * 43 }, (_, i) => i % 256);
  await writeWhole(join(folder, 'alpha.png'), await encode(toSharp({ picture, alpha }), 'png').toBuffer());
  const read = await readPhoto(join(folder, 'alpha.png'));
  expect(read.alpha).toEqual(alpha);
  expect(read.picture).toEqual(picture);
});

test('of an animation the first picture is read', async () => {
  const folder = await folderOfTest();
  const second = Buffer.alloc(picture.data.length, 200);
  const raw = { width: 61, height: 86, channels: 3, pageHeight: 43 } as const;
  const pages = sharp(Buffer.concat([picture.data, second]), { raw });
  await pages.clone().gif().toFile(join(folder, 'a.gif'));
  await pages.clone().webp({ lossless: true }).toFile(join(folder, 'a.webp'));
  expect((await sharp(join(folder, 'a.webp')).metadata()).pages).toBe(2);
  expect((await readPhoto(join(folder, 'a.webp'))).picture).toEqual(picture);
  expect(meanDifference((await readPhoto(join(folder, 'a.gif'))).picture, picture)).toBeLessThan(6);
});

test('what is no whole picture is refused by name and reason', async () => {
  const folder = await folderOfTest();
  const whole = await fromRaster(picture).png().toBuffer();
  const jpeg = await fromRaster(picture).jpeg().toBuffer();
  const files: Record<string, Buffer | string> = {
    'empty.jpg': '',
    'text.jpg': 'not a picture',
    'cut.png': whole.subarray(0, whole.length >> 1),
    'cut.jpg': jpeg.subarray(0, jpeg.length >> 1),
  };
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), content);
    await expect(readPhoto(join(folder, name))).rejects.toMatchObject({ code: 'FSAE_MEDIA_PICTURE' });
  }
  await expect(readPhoto(join(folder, 'absent.jpg'))).rejects.toThrow(/absent.jpg.*\n.*\n.*ENOENT/);
});

test('inputs: folders in natural order, films by their ending, names of their own', async () => {
  const folder = await folderOfTest();
  await mkdir(join(folder, 'one', 'deeper'), { recursive: true });
  await mkdir(join(folder, 'two'));
  for (const name of [
    'one/p10.jpg',
    'one/p9.jpg',
    'one/deeper/talk.MP4',
    'one/notes.txt',
    'one/.hidden.jpg',
    'two/P9.png',
  ])
    await writeFile(join(folder, name), '');
  const found = await listInputs(['one', 'two/P9.png'], folder);
  expect(found.map(({ kind, name }) => [kind, name])).toEqual([
    ['film', 'talk'],
    ['photo', 'one-p9-jpg'],
    ['photo', 'p10'],
    ['photo', 'two-P9-png'],
  ]);
  await expect(listInputs([], folder)).rejects.toMatchObject({ code: 'FSAE_MEDIA_INPUTS' });
  await expect(listInputs(['absent'], folder)).rejects.toThrow('ENOENT');
  await mkdir(join(folder, 'bare'));
  await expect(listInputs(['bare'], folder)).rejects.toThrow('none in bare');
});

test('a file that cannot be written leaves nothing behind', async () => {
  const folder = await folderOfTest();
  await writeFile(join(folder, 'file'), 'mine');
  await expect(writeWhole(join(folder, 'file', 'a.png'), 'x')).rejects.toMatchObject({ code: 'FSAE_MEDIA_OUTPUT' });
  expect(await readFile(join(folder, 'file'), 'utf8')).toBe('mine');
});
