import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FaceSwap, MediaPackage } from '@fsae/core';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { apply, invert } from '../../src/align/similarity.js';
import { alignment, frameOf } from '../../src/align/template.js';
import { crop } from '../../src/align/warp.js';
import type { Raster } from '../../src/contracts.js';
import * as media from '../../src/index.js';
import { convexHull, fill, hull } from '../../src/mask/hull.js';
import { swapFaces } from '../../src/paste/face.js';
import { readPhoto } from '../../src/read/photo.js';
import { attendance, folderOfTest, fromRaster, writePng } from '../folder.js';
import { sceneOf, scripted } from '../scene.js';

// What core calls is what this package offers: the compiler checks it.
const offered: MediaPackage = media;

/** A model that gives back what it gets, or something else of the same size. */
function modelOf(size: number, draw: (face: Uint8Array) => Uint8Array = (face) => face): FaceSwap {
  return { size, runId: 'run-0', folders: [], swap: async (faces) => faces.map(draw), dispose() {} };
}

const how = { frame: frameOf(0.2), masker: hull, colour: 'none', feather: 0.06 } as const;
const copy = (picture: Raster): Raster => ({ ...picture, data: picture.data.slice() });

/** Pixels that differ, and by how much at most. */
function changes(before: Raster, after: Raster): { readonly count: number; readonly most: number; at: number[] } {
  const at: number[] = [];
  let most = 0;
  for (let i = 0; i < before.width * before.height; i++) {
    const difference = Math.max(...[0, 1, 2].map((c) => Math.abs(before.data[3 * i + c]! - after.data[3 * i + c]!)));
    if (difference > 0) at.push(i);
    most = Math.max(most, difference);
  }
  return { count: at.length, most, at };
}

const cast = [
  { person: 1, at: [150, 140], side: 220, roll: -20 },
  { person: 2, at: [420, 260], side: 300, roll: 35, pose: { open: 0.6, yaw: 0.2 } },
] as const;

test('pixels outside of the mask keep every bit, those inside show the model', async () => {
  const { picture, faces } = await sceneOf(601, 457, cast);
  const red = modelOf(128, (face) => face.map((_, i) => (i % 3 === 0 ? 255 : 0)));
  const swapped = copy(picture);
  await swapFaces([{ picture: swapped, faces }], red, how);
  const masks = faces.map((face) => {
    const toPicture = alignment(face.landmarks, how.frame, 1);
    return { toCrop: invert(toPicture), outline: face.outline! };
  });
  const { at } = changes(picture, swapped);
  // Every pixel that changed lies within a face's contour or half a pixel of the mask's 256 beside it.
  for (const i of at) {
    const point = [(i % 601) + 0.5, Math.floor(i / 601) + 0.5] as const;
    expect(masks.some(({ outline }) => isNear(outline, point, 3))).toBe(true);
  }
  for (const { toCrop } of masks) {
    const [x, y] = apply(invert(toCrop), [0.5, 0.55]);
    const i = 3 * (Math.floor(y) * 601 + Math.floor(x));
    expect([...swapped.data.slice(i, i + 3)]).toEqual([255, 0, 0]);
  }
});

function isNear(outline: readonly (readonly [number, number])[], [x, y]: readonly [number, number], reach: number) {
  let inside = false;
  for (const [i, [ax, ay]] of outline.entries()) {
    const [bx, by] = outline[(i + 1) % outline.length]!;
    if (ay <= y !== by <= y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside;
    const along = Math.max(
      0,
      Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2)),
    );
    if (Math.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay)) < reach) return true;
  }
  return inside;
}

test.each([
  { size: 256, side: 150 },
  { size: 256, side: 330 },
  { size: 64, side: 330 },
])(
  'a face of $side pixels through a model of $size that changes nothing comes back to its place',
  async ({ size, side }) => {
    const { picture, faces } = await sceneOf(500, 480, [{ person: 1, at: [240.3, 250.7], side, roll: 17 }]);
    const swapped = copy(picture);
    await swapFaces([{ picture: swapped, faces }], modelOf(size), how);
    const shift = shiftBetween(picture, swapped, faces[0]!.region);
    expect(Math.hypot(...shift)).toBeLessThan(0.1);
    if (size === 256) {
      const { at } = changes(picture, swapped);
      const mean = at.reduce((sum, i) => sum + Math.abs(picture.data[3 * i]! - swapped.data[3 * i]!), 0) / at.length;
      expect(mean).toBeLessThan(5);
    }
  },
);

/** By how many pixels `b` lies beside `a`, from the gradients in the middle of the face (Lucas & Kanade 1981, one step). */
function shiftBetween(a: Raster, b: Raster, { centre, side }: { centre: readonly [number, number]; side: number }) {
  const reach = Math.floor(side / 3);
  const value = (picture: Raster, x: number, y: number) => picture.data[3 * (y * picture.width + x) + 1]!;
  let [xx, xy, yy, xt, yt] = [0, 0, 0, 0, 0];
  for (let y = Math.floor(centre[1]) - reach; y < centre[1] + reach; y++) {
    for (let x = Math.floor(centre[0]) - reach; x < centre[0] + reach; x++) {
      const gx = (value(a, x + 1, y) - value(a, x - 1, y)) / 2;
      const gy = (value(a, x, y + 1) - value(a, x, y - 1)) / 2;
      const t = value(a, x, y) - value(b, x, y);
      xx += gx * gx;
      xy += gx * gy;
      yy += gy * gy;
      xt += gx * t;
      yt += gy * t;
    }
  }
  const determinant = xx * yy - xy * xy;
  return [(yy * xt - xy * yt) / determinant, (xx * yt - xy * xt) / determinant] as const;
}

test('the measure of the shift knows a shift', async () => {
  const one = { person: 1, side: 300 } as const;
  const [a, b] = await Promise.all([
    sceneOf(400, 400, [{ ...one, at: [200, 200] }]),
    sceneOf(400, 400, [{ ...one, at: [200.5, 199.75] }]),
  ]);
  const [x, y] = shiftBetween(a.picture, b.picture, a.faces[0]!.region);
  expect(Math.abs(x - 0.5)).toBeLessThan(0.1);
  expect(Math.abs(y + 0.25)).toBeLessThan(0.1);
});

test('a face half outside of the picture is swapped as far as it is there', async () => {
  const { picture, faces } = await sceneOf(300, 300, [{ person: 1, at: [10, 280], side: 260 }]);
  const swapped = copy(picture);
  await swapFaces(
    [{ picture: swapped, faces }],
    modelOf(64, (face) => face.map(() => 0)),
    how,
  );
  expect(changes(picture, swapped).count).toBeGreaterThan(1000);
});

test('colours come from the picture unless they are not wanted', async () => {
  const { picture, faces } = await sceneOf(400, 400, [{ person: 1, at: [200, 200], side: 300 }]);
  const dark = modelOf(128, (face) => face.map((value) => value >> 1));
  const means: number[] = [];
  for (const colour of ['none', 'lab'] as const) {
    const swapped = copy(picture);
    await swapFaces([{ picture: swapped, faces }], dark, { ...how, colour });
    const view = crop(swapped, alignment(faces[0]!.landmarks, frameOf(0), 64), 64);
    means.push(view.data.reduce((sum, value) => sum + value, 0) / view.data.length);
  }
  const view = crop(picture, alignment(faces[0]!.landmarks, frameOf(0), 64), 64);
  const truth = view.data.reduce((sum, value) => sum + value, 0) / view.data.length;
  expect(means[0]).toBeLessThan(0.75 * truth);
  expect(Math.abs(means[1]! - truth)).toBeLessThan(0.05 * truth);
});

test('an open mouth does not change the colours of the skin', async () => {
  const { picture, faces } = await sceneOf(400, 400, [{ person: 1, at: [200, 200], side: 300 }]);
  const [face] = faces;
  const calm = crop(picture, alignment(face!.landmarks, how.frame, 128), 128);
  const open = copy(picture);
  const mouth = fill(convexHull(face!.landmarks.slice(48, 60)), 400, 400);
  for (const [i, share] of mouth.entries()) if (share > 0) open.data.fill(0, 3 * i, 3 * i + 3);
  const model = modelOf(128, () => calm.data);
  await swapFaces([{ picture: open, faces }], model, { ...how, colour: 'lab' });
  const cheek = alignment(face!.landmarks, how.frame, 1);
  for (const [u, v] of [[0.35, 0.6] as const, [0.65, 0.6] as const, [0.5, 0.32] as const]) {
    const [x, y] = apply(cheek, [u, v]).map(Math.floor) as [number, number];
    const at = 3 * (y * 400 + x);
    for (let c = 0; c < 3; c++) expect(Math.abs(open.data[at + c]! - picture.data[at + c]!)).toBeLessThanOrEqual(3);
  }
});

test('photographs in, photographs out: swapped, copied through, refused; alpha and orientation kept', async () => {
  const cwd = await folderOfTest();
  const scene = await sceneOf(301, 257, [{ person: 1, at: [150, 120], side: 200 }]);
  const bare = await sceneOf(120, 90, []);
  await mkdir(join(cwd, 'photos'));
  await writePng(bare.picture, join(cwd, 'photos', 'bare.png'));
  await writeFile(join(cwd, 'photos', 'broken.jpg'), 'no picture');
  const upside = await fromRaster(scene.picture).rotate(180).png().toBuffer();
  await sharp(upside)
    .withMetadata({ orientation: 3 })
    .tiff({ compression: 'lzw' })
    .toFile(join(cwd, 'photos', 'turned.tiff'));
  const alpha = new Uint8Array(301 * 257).fill(99);
  await fromRaster(scene.picture)
    .joinChannel(Buffer.from(alpha), { raw: { width: 301, height: 257, channels: 1 } })
    .png()
    .toFile(join(cwd, 'photos', 'clear.png'));
  const invert: FaceSwap = modelOf(64, (face) => face.map((value) => 255 - value));
  const { said, ...attended } = attendance(cwd);
  const request = { ...attended, inputs: ['photos'], out: 'out', model: invert, parts: scripted([scene, bare]) };
  const { summary, failed } = await media.swap(request);
  expect(failed).toBe(1);
  expect(said.join()).toContain('broken.jpg');
  expect(summary.join('\n')).toMatch(/2 faces swapped in 2 of 3 pictures.*\n.*bare\.png.*\n.*1 input left out/);
  expect((await readdir(join(cwd, 'out'))).sort()).toEqual(['bare.png', 'clear.png', 'turned.png']);
  expect((await readPhoto(join(cwd, 'out', 'bare.png'))).picture).toEqual(bare.picture);
  const [clear, turned] = await Promise.all(
    ['clear.png', 'turned.png'].map((name) => readPhoto(join(cwd, 'out', name))),
  );
  expect(clear!.alpha).toEqual(alpha);
  expect(clear!.picture).toEqual(turned!.picture);
  const { count } = changes(scene.picture, clear!.picture);
  expect(count).toBeGreaterThan(2000);
  expect(count).toBeLessThan(200 * 200);

  await offered.swap({ ...request, inputs: ['photos/clear.png'], out: 'pairs', compare: true });
  const { picture: pair } = await readPhoto(join(cwd, 'pairs', 'clear.png'));
  expect([pair.width, pair.height]).toEqual([602, 257]);
  expect(pair.data.subarray(0, 903)).toEqual(scene.picture.data.subarray(0, 903));
});

test('small faces stay, strange options are refused, a folder that cannot be written ends it', async () => {
  const cwd = await folderOfTest();
  const scene = await sceneOf(150, 140, [{ person: 1, at: [75, 70], side: 80 }]);
  await writePng(scene.picture, join(cwd, 'a.png'));
  const request = { ...attendance(cwd), inputs: ['a.png'], out: 'out', model: modelOf(64), parts: scripted([scene]) };
  const { summary } = await media.swap(request);
  expect(summary.join()).toContain('Copied through');
  expect(summary.join()).toContain('--aligned');
  expect((await media.swap({ ...request, minSize: 40 })).summary[0]).toContain('1 face swapped');
  await expect(media.swap({ ...request, format: 'bmp' })).rejects.toMatchObject({ code: 'FSAE_MEDIA_OPTION' });
  await expect(media.swap({ ...request, mask: 'ellipse' })).rejects.toMatchObject({ code: 'FSAE_MEDIA_OPTION' });
  await writeFile(join(cwd, 'file'), '');
  await expect(media.swap({ ...request, out: 'file' })).rejects.toMatchObject({ code: 'FSAE_MEDIA_OUTPUT' });
  expect(await readFile(join(cwd, 'file'), 'utf8')).toBe('');
});
