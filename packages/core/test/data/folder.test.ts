import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { Face } from '../../src/contracts/index.js';
import { folder } from '../../src/data/folder.js';
import { folderOf, type Opened, openFolder, plain, png } from './folder-of.js';

async function prepared(path: string, options?: Parameters<typeof openFolder>[1]): Promise<Opened> {
  const opened = openFolder(path, options);
  await opened.dataset.prepare!();
  return opened;
}

async function loadAll({ dataset }: Opened, size: number): Promise<Record<string, Face>> {
  const faces = dataset.faces().map(async (face) => [face.id, await dataset.load(face, size)] as const);
  return Object.fromEntries(await Promise.all(faces));
}

const pixel = (face: Face, size: number, x: number, y: number) => [...face.image.slice(3 * (y * size + x)).slice(0, 3)];

/** Red on the left, green in the middle, blue on the right: `width` must be a multiple of 4, the middle is half of it. */
async function flag(width: number, height: number): Promise<Buffer> {
  const strip = (colour: string, left: number, wide: number) => ({
    input: { create: { width: wide, height, channels: 3 as const, background: colour } },
    left,
    top: 0,
  });
  return plain('#00ff00', width, height)
    .composite([strip('#ff0000', 0, width / 4), strip('#0000ff', (3 * width) / 4, width / 4)])
    .png()
    .toBuffer();
}

describe('pictures', () => {
  test('of every format and kind come out as RGB bytes of the asked size', async () => {
    const grey = sharp({ create: { width: 32, height: 32, channels: 3, background: '#808080' } }).toColourspace('b-w');
    const opened = await prepared(
      await folderOf({
        'a.jpg': plain().jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer(),
        'b.webp': plain().webp({ lossless: true }).toBuffer(),
        'c.avif': plain().avif({ lossless: true }).toBuffer(),
        'd.tiff': plain().tiff({ compression: 'lzw' }).toBuffer(),
        'e.gif': plain().gif().toBuffer(),
        'f-16-bit.png': plain().toColourspace('rgb16').png().toBuffer(),
        'g-cmyk.jpg': plain().toColourspace('cmyk').jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer(),
        'h-palette.PNG': plain().png({ palette: true }).toBuffer(),
        'i-grey.png': grey.clone().png().toBuffer(),
        'j-grey-16-bit.png': grey.clone().toColourspace('grey16').png().toBuffer(),
        'k.svg':
          '<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32"><rect width="32" height="32" fill="#c08060"/></svg>',
      }),
    );
    const faces = await loadAll(opened, 24);
    expect(Object.keys(faces)).toHaveLength(11);
    for (const [name, face] of Object.entries(faces)) {
      expect(face.image, name).toHaveLength(24 * 24 * 3);
      const expected = name.includes('grey') ? [128, 128, 128] : [192, 128, 96];
      // The round trip through a press's four inks and through a GIF's palette costs a little.
      const allowed = name.includes('cmyk') ? 12 : 3;
      for (const [channel, value] of pixel(face, 24, 12, 12).entries()) {
        expect(Math.abs(value - expected[channel]!), `${name} channel ${channel}: ${value}`).toBeLessThanOrEqual(
          allowed,
        );
      }
    }
  });

  test('of an animation give their first page', async () => {
    const page = (colour: string) => plain(colour).raw().toBuffer();
    const pages = Buffer.concat([await page('#ff0000'), await page('#0000ff')]);
    const gif = sharp(pages, { raw: { width: 32, height: 64, channels: 3, pageHeight: 32 } as never })
      .gif()
      .toBuffer();
    const faces = await loadAll(await prepared(await folderOf({ 'a.gif': gif, 'b.png': png() })), 16);
    expect(pixel(faces['a.gif']!, 16, 8, 15)[0]).toBeGreaterThan(250);
  });

  test('stand upright whatever EXIF says, and landmarks are in the upright picture', async () => {
    // Stored lying on its side: orientation 6 asks viewers to turn it clockwise. Red is on the left when upright.
    const stored = await sharp(await flag(64, 64))
      .rotate(-90)
      .toBuffer();
    const turned = sharp(stored).withMetadata({ orientation: 6 }).jpeg({ quality: 100 }).toBuffer();
    const faces = await loadAll(await prepared(await folderOf({ 'a.jpg': turned, 'b.png': flag(64, 64) })), 32);
    for (const face of Object.values(faces)) {
      expect(pixel(face, 32, 2, 16)[0]).toBeGreaterThan(240);
      expect(pixel(face, 32, 29, 16)[2]).toBeGreaterThan(240);
    }
  });

  test('that are not square are cropped to the square in their middle, said once', async () => {
    const landmarks = Array.from({ length: 68 }, (_, i) => [0.25 + (0.5 * i) / 67, 0.5 * (i % 2) + 0.25]);
    const opened = await prepared(
      await folderOf({
        'a.png': flag(64, 32),
        'a.json': JSON.stringify({ landmarks }),
        'b.png': flag(64, 32),
        'b.json': JSON.stringify({ landmarks }),
      }),
    );
    const { image, landmarks: placed } = await opened.dataset.load(opened.dataset.faces()[0]!, 16);
    // Red and blue, the outer quarters, are cut away.
    expect(new Set(Array.from({ length: 256 }, (_, i) => image.slice(3 * i, 3 * i + 3).join()))).toEqual(
      new Set(['0,255,0']),
    );
    // 0.25 of the width is the left border of the square; heights stay.
    expect(placed![0]).toBeCloseTo(0, 6);
    expect(placed![134]).toBeCloseTo(1, 6);
    expect(placed![1]).toBeCloseTo(0.25, 6);
    expect(opened.warnings.filter((warning) => warning.includes('not square'))).toEqual([
      '2 of 2 pictures are not square: the largest square in their middle is used ("src").',
    ]);
  });

  test('of mixed sizes are all scaled; enlarging is said once', async () => {
    const opened = await prepared(
      await folderOf({ 'a.png': png('#fff', 20), 'b.png': png('#fff', 24), 'c.png': png('#fff', 300) }),
    );
    await loadAll(opened, 64);
    expect(opened.warnings).toEqual(['Pictures of "src" are enlarged to 64 pixels, a.png from 20.']);
  });

  test('with transparency are laid on black', async () => {
    const clear = sharp({
      create: { width: 32, height: 32, channels: 4, background: { r: 255, g: 255, b: 255, alpha: 0.5 } },
    });
    const faces = await loadAll(
      await prepared(await folderOf({ 'a.png': clear.png().toBuffer(), 'b.png': png() })),
      16,
    );
    expect(pixel(faces['a.png']!, 16, 8, 8)).toEqual([128, 128, 128]);
  });

  test('are known by the SHA-256 of their bytes, in the order in which people count', async () => {
    const bytes = await png('#123456');
    const opened = await prepared(
      await folderOf({ '10.png': png('#aaa'), '9.png': bytes, '010b.png': png('#bbb'), 'A.png': png('#ccc') }),
    );
    const faces = opened.dataset.faces();
    expect(faces.map(({ id }) => id)).toEqual(['9.png', '10.png', '010b.png', 'A.png']);
    expect(faces[0]!.hash).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  test('that are copies of each other are warned about', async () => {
    const opened = await prepared(await folderOf({ 'a.png': png(), 'b.png': png(), 'c.png': png('#000') }));
    expect(opened.warnings).toEqual([expect.stringContaining('1 of 3 pictures are copies')]);
  });

  test('that change during the run are refused', async () => {
    const root = await folderOf({ 'a.png': png(), 'b.png': png('#000') });
    const { dataset } = await prepared(root);
    writeFileSync(join(root, 'a.png'), await png('#fff'));
    await expect(dataset.load(dataset.faces()[0]!, 16)).rejects.toMatchObject({ code: 'FSAE_DATA_FILE_CHANGED' });
  });
});

test('reading a folder stops when the run is stopped', async () => {
  const stopped = AbortSignal.abort(new Error('stopped'));
  const { dataset } = openFolder(await folderOf({ 'a.png': png(), 'b.png': png('#000') }), {}, stopped);
  await expect(dataset.prepare!()).rejects.toThrow('stopped');
});

test('the options are checked: a path, and nothing that is not known', async () => {
  const issues = async (given: unknown) =>
    (await folder.options['~standard'].validate(given)).issues?.map(({ message }) => message);
  expect(await issues({ path: 'faces' })).toBeUndefined();
  expect(await issues({ path: '' })).toHaveLength(1);
  expect(await issues({})).toHaveLength(1);
  expect(await issues({ path: 'faces', group: 'none' })).toHaveLength(1);
  expect(await issues({ path: 'faces', groups: 'folder' })).toHaveLength(1);
});

describe('sidecars', () => {
  const points = Array.from({ length: 68 }, (_, i) => [(i % 10) / 10, Math.floor(i / 10) / 10] as const);

  test('give landmarks, group and mask; a mask is not a face', async () => {
    const opened = await prepared(
      await folderOf({
        'a.png': png(),
        'a.json': JSON.stringify({ landmarks: points, group: 'one', mask: 'masks/a.png' }),
        'masks/a.png': png('#ffffff', 64),
        'b.png': png('#000'),
        'b.json': `\uFEFF${JSON.stringify({ landmarks: points, group: 'two' })}`,
        'b.mask.png': png('#404040'),
      }),
    );
    expect(opened.dataset.faces().map(({ id, group }) => [id, group])).toEqual([
      ['a.png', 'one'],
      ['b.png', 'two'],
    ]);
    expect(opened.dataset.provides).toEqual(['mask', 'landmarks']);
    const { 'a.png': a, 'b.png': b } = await loadAll(opened, 16);
    expect([...new Set(a!.mask)]).toEqual([255]);
    expect([...new Set(b!.mask)]).toEqual([64]);
    for (const [i, value] of points.flat().entries()) expect(a!.landmarks![i]).toBeCloseTo(value, 6);
    const plain = await opened.dataset.load(opened.dataset.faces()[0]!, 16, ['landmarks']);
    expect(Object.keys(plain)).toEqual(['image', 'landmarks']);
    expect(opened.warnings).toEqual([]);
    expect(opened.info).toEqual([]);
  });

  test('may say where the face comes from, and nothing that is not known', async () => {
    const said = { source: { file: '../talk.mp4', frame: 3 }, face: { score: 1 }, alignment: { size: 8 } };
    const opened = await prepared(
      await folderOf({ 'a.png': png(), 'a.json': JSON.stringify(said), 'b.png': png('#000') }),
    );
    expect(opened.warnings).toEqual([]);
    const misspelt = await folderOf({ 'a.png': png(), 'a.json': '{ "sourse": {} }', 'b.png': png('#000') });
    await expect(prepared(misspelt)).rejects.toMatchObject({ code: 'FSAE_DATA_SIDECAR_INVALID' });
  });

  test('a landmarks.json holds a whole folder, in pixels; a sidecar of its own goes first', async () => {
    const pixels = points.map(([x, y]) => [32 * x, 32 * y]);
    const more = { frame: 1, score: 0.9, five: [[1, 2]] };
    const opened = await prepared(
      await folderOf({
        'landmarks.json': JSON.stringify([
          { f: 'a.png', lm68: pixels, ...more },
          { file: 'b.png', lm68: pixels, group: 'late' },
          { f: 'gone.png', lm68: pixels },
        ]),
        'a.png': png(),
        'b.png': png('#000'),
        'b.json': JSON.stringify({ group: 'own' }),
      }),
    );
    expect(opened.dataset.provides).toEqual(['landmarks']);
    expect(opened.dataset.faces().map(({ group }) => group)).toEqual([undefined, 'own']);
    const { 'a.png': a } = await loadAll(opened, 16);
    for (const [i, value] of points.flat().entries()) expect(a!.landmarks![i]).toBeCloseTo(value, 6);
    expect(opened.warnings).toEqual([expect.stringContaining('names pictures that are not there: gone.png')]);
  });

  test('the frame is where eyes, nose and corners of the mouth lie on average', async () => {
    const at = (x: number) => {
      const face = points.map(() => [0.5, 0.5]);
      for (let i = 36; i < 42; i++) face[i] = [x, 0.4];
      for (let i = 42; i < 48; i++) face[i] = [0.7, 0.4];
      [face[30], face[48], face[54]] = [
        [0.5, 0.6],
        [0.4, 0.8],
        [0.6, 0.8],
      ];
      return JSON.stringify({ landmarks: face });
    };
    const opened = await prepared(
      await folderOf({ 'a.png': png(), 'a.json': at(0.2), 'b.png': png('#000'), 'b.json': at(0.4) }),
    );
    const expected = [
      [0.3, 0.4],
      [0.7, 0.4],
      [0.5, 0.6],
      [0.4, 0.8],
      [0.6, 0.8],
    ];
    for (const [i, [x, y]] of expected.entries()) {
      expect(opened.dataset.frame![i]![0]).toBeCloseTo(x!, 5);
      expect(opened.dataset.frame![i]![1]).toBeCloseTo(y!, 5);
    }
  });

  test('that only some pictures have are said to be unused', async () => {
    const opened = await prepared(
      await folderOf({
        'a.png': png(),
        'a.json': JSON.stringify({ landmarks: points }),
        'a.mask.png': png(),
        'b.png': png('#000'),
      }),
    );
    expect(opened.dataset.provides).toEqual([]);
    expect(opened.dataset.frame).toBeUndefined();
    expect(opened.warnings).toEqual([
      expect.stringContaining('Only 1 of 2 pictures have landmarks'),
      expect.stringContaining('Only 1 of 2 pictures have masks'),
    ]);
  });

  test('files that belong to nothing and folders that are too deep are named', async () => {
    const opened = await prepared(
      await folderOf({
        'a.png': png(),
        'x/b.png': png('#000'),
        'x/deep/c.png': png('#fff'),
        'notes.txt': 'hello',
        'c.json': '{}',
        '.DS_Store': 'x',
      }),
    );
    expect(opened.dataset.faces().map(({ id }) => id)).toEqual(['a.png', 'x/b.png']);
    expect(opened.info).toEqual(['Files that are neither pictures nor sidecars of "src": c.json, notes.txt.']);
    expect(opened.warnings).toEqual(['Folders deeper than one level are not read: x/deep ("src").']);
  });
});

describe('groups', () => {
  const files = (...names: string[]) =>
    folderOf(Object.fromEntries(names.map((name, i) => [name, png(`#0000${16 + i}`)])));
  const groupsOf = async (path: string, groups?: 'none') =>
    (await prepared(path, groups && { groups })).dataset.faces().map(({ group }) => group);

  test('are the sub-folders', async () => {
    expect(await groupsOf(await files('x/1.png', 'x/2.png', 'y/1.png'))).toEqual(['x', 'x', 'y']);
  });

  test('are what stands before the number in a file name', async () => {
    const path = await files('talk_001.png', 'talk_002.png', 'walk-1.png', 'walk-2.png');
    expect(await groupsOf(path)).toEqual(['talk', 'talk', 'walk', 'walk']);
    expect(await groupsOf(path, 'none')).toEqual([undefined, undefined, undefined, undefined]);
  });

  test('do not come from names that do not divide the pictures', async () => {
    expect(await groupsOf(await files('a_1.png', 'a_2.png', 'portrait.png'))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(await groupsOf(await files('a_1.png', 'b_1.png'))).toEqual([undefined, undefined]);
    expect(await groupsOf(await files('0001.png', '0002.png'))).toEqual([undefined, undefined]);
  });

  test('a single one of all pictures divides nothing and is none, whoever named it', async () => {
    expect(await groupsOf(await files('frame_1.png', 'frame_2.png'))).toEqual([undefined, undefined]);
    expect(await groupsOf(await files('only/1.png', 'only/2.png'))).toEqual([undefined, undefined]);
    const clip = JSON.stringify({ group: 'clip' });
    const named = { 'a.png': png(), 'a.json': clip, 'b.png': png('#000'), 'b.json': clip };
    expect(await groupsOf(await folderOf(named))).toEqual([undefined, undefined]);
    const and = { ...named, 'c.png': png('#00ff00') };
    expect(await groupsOf(await folderOf(and))).toEqual(['clip', 'clip', undefined]);
  });
});
