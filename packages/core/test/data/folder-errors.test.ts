import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Content, folderOf, openFolder, plain, png } from './folder-of.js';

const good = { 'good-a.png': png('#111111'), 'good-b.png': png('#222222') };

async function failure(path: string): Promise<{ code: string; message: string }> {
  const { dataset } = openFolder(path);
  const error = await dataset.prepare!().then(
    () => undefined,
    (reason: unknown) => reason as { code: string; message: string },
  );
  if (!error) throw new Error('the folder was accepted');
  return error;
}

const cut = async (bytes: Promise<Buffer>, share: number) => {
  const all = await bytes;
  return all.subarray(0, Math.floor(share * all.length));
};
const noise = () =>
  plain('#888', 64).composite([
    {
      input: {
        create: {
          width: 64,
          height: 64,
          channels: 3,
          background: '#888',
          noise: { type: 'gaussian', mean: 128, sigma: 60 },
        },
      },
    },
  ]);

test('a folder that is not there', async () => {
  expect(await failure(join(await folderOf({}), 'nothing'))).toMatchObject({ code: 'FSAE_DATA_FOLDER_MISSING' });
});

test('a file in place of a folder', async () => {
  expect(await failure(join(await folderOf(good), 'good-a.png'))).toMatchObject({
    code: 'FSAE_DATA_FOLDER_NOT_A_FOLDER',
  });
});

test('a folder without pictures says what it holds instead', async () => {
  expect(await failure(await folderOf({}))).toMatchObject({
    code: 'FSAE_DATA_FOLDER_EMPTY',
    message: expect.stringContaining('empty'),
  });
  expect(await failure(await folderOf({ 'clip.mp4': 'x' }))).toMatchObject({
    code: 'FSAE_DATA_FOLDER_EMPTY',
    message: expect.stringContaining('clip.mp4'),
  });
});

test('a folder with one picture', async () => {
  expect(await failure(await folderOf({ 'a.png': png() }))).toMatchObject({ code: 'FSAE_DATA_TOO_FEW_FACES' });
});

test.each<[what: string, code: string, name: string, content: () => Content]>([
  ['a text named as a picture', 'FSAE_DATA_NOT_A_PICTURE', 'bad.png', () => 'hello'],
  ['an empty file', 'FSAE_DATA_NOT_A_PICTURE', 'bad.jpg', () => ''],
  ['a format that cannot be read', 'FSAE_DATA_NOT_A_PICTURE', 'bad.bmp', () => 'BM123456789'],
  ['a jpg that is cut off', 'FSAE_DATA_PICTURE_DAMAGED', 'bad.jpg', () => cut(noise().jpeg().toBuffer(), 0.7)],
  [
    'a progressive jpg that is cut off',
    'FSAE_DATA_PICTURE_DAMAGED',
    'bad.jpg',
    () => cut(noise().jpeg({ progressive: true }).toBuffer(), 0.95),
  ],
  ['a png that is cut off', 'FSAE_DATA_PICTURE_DAMAGED', 'bad.png', () => cut(noise().png().toBuffer(), 0.9)],
  ['a webp that is cut off', 'FSAE_DATA_PICTURE_DAMAGED', 'bad.webp', () => cut(noise().webp().toBuffer(), 0.9)],
  ['an avif that is cut off', 'FSAE_DATA_PICTURE_DAMAGED', 'bad.avif', () => cut(noise().avif().toBuffer(), 0.9)],
  [
    'a tiff that is cut off',
    'FSAE_DATA_PICTURE_DAMAGED',
    'bad.tif',
    () => cut(noise().tiff({ compression: 'lzw' }).toBuffer(), 0.9),
  ],
  ['a gif that is cut off', 'FSAE_DATA_PICTURE_DAMAGED', 'bad.gif', () => cut(noise().gif().toBuffer(), 0.5)],
  ['a picture of one pixel', 'FSAE_DATA_PICTURE_TOO_SMALL', 'bad.png', () => png('#fff', 1)],
  ['a sidecar that is no JSON', 'FSAE_DATA_SIDECAR_INVALID', 'good-a.json', () => '{'],
  ['a sidecar with a misspelt key', 'FSAE_DATA_SIDECAR_INVALID', 'good-a.json', () => '{ "landmark": [] }'],
  [
    'a sidecar with five points',
    'FSAE_DATA_SIDECAR_INVALID',
    'good-a.json',
    () => JSON.stringify({ landmarks: new Array(5).fill([0.5, 0.5]) }),
  ],
  [
    'a sidecar in pixels',
    'FSAE_DATA_SIDECAR_INVALID',
    'good-a.json',
    () => JSON.stringify({ landmarks: new Array(68).fill([12, 20]) }),
  ],
  [
    'landmarks.json in shares of the picture',
    'FSAE_DATA_SIDECAR_INVALID',
    'landmarks.json',
    () => JSON.stringify([{ f: 'good-a.png', lm68: Array.from({ length: 68 }, (_, i) => [i / 68, 0.5]) }]),
  ],
  ['landmarks.json that is an object', 'FSAE_DATA_SIDECAR_INVALID', 'landmarks.json', () => '{}'],
  ['a mask that is not there', 'FSAE_DATA_FILE_UNREADABLE', 'good-a.json', () => '{ "mask": "nowhere.png" }'],
  ['a mask of another shape', 'FSAE_DATA_MASK_INVALID', 'good-a.mask.png', () => png('#fff', 32, 40)],
])('%s', async (_, code, name, content) => {
  const error = await failure(await folderOf({ ...good, [name]: content() }));
  expect(error.code).toBe(code);
  expect(error.message).toContain(name === 'good-a.json' && code.endsWith('UNREADABLE') ? 'nowhere.png' : name);
});

test('files that the user may not read', async () => {
  const root = await folderOf(good);
  writeFileSync(join(root, 'secret.png'), await png());
  chmodSync(join(root, 'secret.png'), 0);
  // Root may read everything: the test runs as somebody else then.
  const isRoot = process.geteuid!() === 0;
  if (isRoot) {
    chmodSync(root, 0o755);
    process.seteuid!(65534);
  }
  try {
    const error = await failure(root);
    expect(error).toMatchObject({
      code: 'FSAE_DATA_FILE_UNREADABLE',
      message: expect.stringContaining('secret.png: permission denied'),
    });
    if (isRoot) process.seteuid!(0);
    chmodSync(root, 0);
    if (isRoot) process.seteuid!(65534);
    expect(await failure(root)).toMatchObject({
      code: 'FSAE_DATA_FOLDER_UNREADABLE',
      message: expect.stringContaining('permission denied'),
    });
  } finally {
    if (isRoot) process.seteuid!(0);
    chmodSync(root, 0o755);
  }
});

test('links that lead nowhere', async () => {
  const root = await folderOf(good);
  symlinkSync(join(root, 'gone.png'), join(root, 'link.png'));
  symlinkSync(join(root, 'loop.png'), join(root, 'loop.png'));
  const error = await failure(root);
  expect(error.code).toBe('FSAE_DATA_FILE_UNREADABLE');
  expect(error.message).toContain('link.png: there is no such file');
  expect(error.message).toContain('loop.png: a link that leads to itself');
});

test('bad files of several kinds are listed together, the first ten', async () => {
  const texts = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`text-${i}.png`, 'hello']));
  const error = await failure(await folderOf({ ...good, ...texts, 'a-dot.png': png('#fff', 1) }));
  expect(error.code).toBe('FSAE_DATA_FILES_BAD');
  expect(error.message).toContain('12 files of identity "src" cannot be used');
  expect(error.message).toContain('a-dot.png: 1x1 pixels');
  expect(error.message).toContain('text-8.png: ');
  expect(error.message).not.toContain('text-9.png: ');
  expect(error.message).toContain('and 2 more');
});

test('faces asked for before the folder was read', async () => {
  const { dataset } = openFolder(await folderOf(good));
  expect(() => dataset.faces()).toThrow(expect.objectContaining({ code: 'FSAE_DATA_NOT_PREPARED' }));
});

test('a face of another dataset', async () => {
  const { dataset } = openFolder(await folderOf(good));
  await dataset.prepare!();
  await expect(dataset.load({ id: 'other.png', hash: '' }, 16)).rejects.toMatchObject({
    code: 'FSAE_DATA_FACE_UNKNOWN',
  });
});
