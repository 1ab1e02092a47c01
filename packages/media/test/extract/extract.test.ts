import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { Embedder, Point } from '../../src/contracts.js';
import { extract } from '../../src/index.js';
import { readPhoto } from '../../src/read/photo.js';
import { attendance, folderOfTest, fromRaster, writePng } from '../folder.js';
import { sceneOf, scripted } from '../scene.js';

const two = await sceneOf(500, 300, [
  { person: 1, at: [130, 150], side: 220, roll: 12 },
  { person: 2, at: [370, 150], side: 200, roll: -30, pose: { yaw: 0.2, open: 0.5 } },
]);
const small = await sceneOf(200, 201, [{ person: 3, at: [100, 100], side: 60 }]);
const bare = await sceneOf(90, 80, []);
const cut = await sceneOf(260, 250, [{ person: 4, at: [20, 240], side: 230 }]);
const parts = scripted([two, small, bare, cut]);

interface SidecarFile {
  readonly landmarks: readonly Point[];
  readonly mask: string;
  readonly source: { readonly file: string; readonly width: number; readonly height: number };
  readonly face: { readonly sharpness: number; readonly distance?: number };
  readonly alignment: { readonly size: number; readonly frame: readonly Point[]; readonly transform: number[][] };
}
const sidecar = async (path: string) => JSON.parse(await readFile(path, 'utf8')) as SidecarFile;

async function project() {
  const cwd = await folderOfTest();
  await mkdir(join(cwd, 'photos'));
  for (const [name, { picture }] of Object.entries({ two, small, bare, cut })) {
    await writePng(picture, join(cwd, 'photos', `${name}.png`));
  }
  await writeFile(join(cwd, 'photos', 'broken.jpg'), 'no picture');
  return { cwd, request: { ...attendance(cwd), inputs: ['photos'], out: 'faces', size: 96, parts } };
}

test('every face of every picture, what was left out and why', async () => {
  const { cwd, request } = await project();
  const { summary, failed } = await extract(request);
  expect(failed).toBe(1);
  expect(request.said.join()).toContain('broken.jpg');
  expect(summary.join('\n')).toMatch(/3 faces of 4 pictures/);
  expect(summary.join('\n')).toMatch(
    /1 picture without a face, 1 face of too few pixels, 1 file that could not be read/,
  );
  const written = ['cut', 'two', 'two-2'].flatMap((name) => [`${name}.json`, `${name}.mask.png`, `${name}.png`]);
  expect((await readdir(join(cwd, 'faces'))).filter((name) => !name.startsWith('.')).sort()).toEqual(written.sort());
  const report = JSON.parse(await readFile(join(cwd, 'faces.report.json'), 'utf8')) as { leftOut: object[] };
  expect(report).toMatchObject({ faces: 3, frames: 4, sources: 5 });
  expect(report.leftOut).toContainEqual({ source: '../photos/small.png', reason: 'small', because: 42 });
  const { width, height } = await sharp(join(cwd, 'faces.sheet.png')).metadata();
  expect([width, height]).toEqual([2 + 3 * 98, 2 + 98]);
});

test('the sidecar leads back to the picture', async () => {
  const { cwd, request } = await project();
  await extract(request);
  for (const [i, name] of ['two', 'two-2'].entries()) {
    const { landmarks, source, alignment, face, mask } = await sidecar(join(cwd, 'faces', `${name}.json`));
    expect(source).toEqual({ file: '../photos/two.png', width: 500, height: 300 });
    expect(alignment.size).toBe(96);
    expect(face.sharpness).toBeGreaterThan(0);
    const [[a, b, x], [c, d, y]] = alignment.transform as [[number, number, number], [number, number, number]];
    for (const [k, [u, v]] of landmarks.entries()) {
      const [px, py] = [a * 96 * u + b * 96 * v + x, c * 96 * u + d * 96 * v + y];
      const [tx, ty] = two.faces[i]!.landmarks[k]!;
      expect(Math.hypot(px - tx, py - ty)).toBeLessThan(0.01);
    }
    const size = await sharp(join(cwd, 'faces', mask)).metadata();
    expect([size.width, size.height, size.channels]).toEqual([96, 96, 1]);
  }
});

test('a second run passes over what is done, and does again what changed', async () => {
  const { cwd, request } = await project();
  await extract(request);
  const before = parts.detections();
  expect((await extract(request)).summary.join()).toContain('5 sources done before');
  expect(parts.detections()).toBe(before);

  await utimes(join(cwd, 'photos', 'two.png'), new Date(), new Date(2e12));
  const again = await extract(request);
  expect(parts.detections()).toBe(before + 1);
  expect(again.summary.join('\n')).toContain('3 faces of 4 pictures');

  // A wrong face that somebody deleted stays deleted.
  for (const ending of ['png', 'json', 'mask.png']) await rm(join(cwd, 'faces', `two-2.${ending}`));
  expect((await extract(request)).summary.join('\n')).toContain('2 faces of 4 pictures');

  // Other settings: everything anew, nothing of the old ones left.
  const { summary } = await extract({ ...request, format: 'jpg', minSize: 150 });
  expect(summary.join('\n')).toContain('2 faces of 4 pictures');
  const names = (await readdir(join(cwd, 'faces'))).filter((name) => !name.startsWith('.'));
  expect(names.sort()).toEqual(['cut.jpg', 'cut.json', 'cut.mask.png', 'two.jpg', 'two.json', 'two.mask.png']);
});

test('a run that was stopped says so, and the next one goes on', async () => {
  const { request } = await project();
  const controller = new AbortController();
  const detector = {
    name: 'stops',
    detect: async (...[picture]: Parameters<typeof parts.detector.detect>) => {
      if (picture.width === 500) controller.abort();
      return parts.detector.detect(picture);
    },
  };
  const stopped = await extract({ ...request, parts: { ...parts, detector }, signal: controller.signal });
  expect(stopped.summary.join()).toContain('Stopped before the end');
  expect((await extract(request)).summary.join()).toContain('3 faces of 4 pictures');
});

test('files of one name from two folders do not overwrite each other', async () => {
  const { cwd, request } = await project();
  await mkdir(join(cwd, 'more'));
  await writePng(two.picture, join(cwd, 'more', 'cut.png'));
  await extract({ ...request, inputs: ['photos/cut.png'] });
  const before = await readFile(join(cwd, 'faces', 'cut.png'));
  expect((await extract({ ...request, inputs: ['more/cut.png'] })).summary.join()).toContain('3 faces of 2 pictures');
  expect(await readFile(join(cwd, 'faces', 'cut.png'))).toEqual(before);
  const names = (await readdir(join(cwd, 'faces'))).filter((name) => name.endsWith('.json') && !name.startsWith('.'));
  expect(names.sort()).toEqual(['cut-2.json', 'cut-3.json', 'cut.json']);
});

test('copies are left out, across files and runs; all are kept when that is wished', async () => {
  const { cwd, request } = await project();
  await extract(request);
  await fromRaster(two.picture)
    .modulate({ brightness: 1.001 })
    .png()
    .toFile(join(cwd, 'photos', 'two again.png'));
  expect((await extract(request)).summary.join()).toContain('2 faces nearly the same as another');
  await rm(join(cwd, 'faces'), { recursive: true });
  expect((await extract({ ...request, duplicates: 0 })).summary[0]).toContain('5 faces of 5 pictures');
});

test('what is blurred is left out below the given sharpness', async () => {
  const { cwd, request } = await project();
  await fromRaster(two.picture).blur(6).png().toFile(join(cwd, 'blurred.png'));
  await extract({ ...request, out: 'sharp' });
  const sharpness = (await sidecar(join(cwd, 'sharp', 'two.json'))).face.sharpness;
  const { summary } = await extract({ ...request, inputs: ['photos/two.png', 'blurred.png'], blur: sharpness / 4 });
  expect(summary.join()).toContain('2 faces too blurred');
  expect(existsSync(join(cwd, 'faces', 'two.png'))).toBe(true);
});

/** Knows people by the mean colour of their faces. */
const byColour: Embedder = {
  name: 'colour',
  size: 32,
  frame: [
    [0.34, 0.46],
    [0.66, 0.46],
    [0.5, 0.64],
    [0.37, 0.82],
    [0.63, 0.82],
  ],
  distance: 0.002,
  embed: async (crops) =>
    crops.map(({ data }) =>
      Float32Array.from([0, 1, 2], (c) => data.filter((_, i) => i % 3 === c).reduce((sum, value) => sum + value, 0)),
    ),
};

test('one person by example: the others are left out, with their distance', async () => {
  const { cwd, request } = await project();
  const ben = await sceneOf(210, 220, [{ person: 2, at: [105, 110], side: 200, roll: 5 }]);
  await writePng(ben.picture, join(cwd, 'ben.png'));
  const withPerson = { ...scripted([two, small, bare, cut, ben]), embedder: byColour };
  const named = { ...request, parts: withPerson, person: join(cwd, 'ben.png'), inputs: ['photos/two.png'] };
  const { summary } = await extract(named);
  expect(summary.join('\n')).toContain('1 face of 1 picture');
  expect(summary.join('\n')).toContain('1 face of somebody else (distance above 0.002)');
  const { face, source } = await sidecar(join(cwd, 'faces', 'two.json'));
  expect(source.file).toBe('../photos/two.png');
  expect(face.distance).toBeLessThan(0.002);
  expect((await extract({ ...named, distance: 2, out: 'all' })).summary[0]).toContain('2 faces');
  for (const [path, faces] of [
    ['photos/two.png', '2 faces'],
    ['photos/bare.png', 'none was found'],
  ] as const) {
    const wrong = extract({ ...named, person: join(cwd, path), out: 'wrong' });
    await expect(wrong).rejects.toMatchObject({ code: 'FSAE_MEDIA_PERSON', message: expect.stringContaining(faces) });
  }
});

test('20 megapixels, EXIF-turned: the face is found where it is', async () => {
  const cwd = await folderOfTest();
  const large = await sceneOf(3648, 5472, [{ person: 1, at: [1800, 2500], side: 1500, roll: 25 }]);
  const stored = await fromRaster(large.picture).rotate(270).jpeg({ quality: 95 }).toBuffer();
  await sharp(stored).withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toFile(join(cwd, 'large.jpg'));
  const request = { ...attendance(cwd), inputs: ['large.jpg'], out: 'faces', size: 96, parts: scripted([large]) };
  expect((await extract(request)).summary[0]).toContain('1 face of 1 picture');
  // The same face drawn small is the same crop.
  const drawn = await sceneOf(365, 547, [{ person: 1, at: [180, 250], side: 150, roll: 25 }]);
  await writePng(drawn.picture, join(cwd, 'small.png'));
  await extract({ ...request, inputs: ['small.png'], out: 'small', parts: scripted([drawn]) });
  const [a, b] = await Promise.all(['faces/large.png', 'small/small.png'].map((path) => readPhoto(join(cwd, path))));
  const difference = a!.picture.data.reduce((sum, value, i) => sum + Math.abs(value - b!.picture.data[i]!), 0);
  expect(difference / a!.picture.data.length).toBeLessThan(3);
});

test('a folder that cannot be written ends it at once', async () => {
  const { cwd, request } = await project();
  await writeFile(join(cwd, 'file'), '');
  await expect(extract({ ...request, out: 'file' })).rejects.toMatchObject({ code: 'FSAE_MEDIA_OUTPUT' });
  await expect(extract({ ...request, format: 'webp' })).rejects.toMatchObject({ code: 'FSAE_MEDIA_OPTION' });
});
