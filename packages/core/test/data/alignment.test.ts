import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { RandomStream } from '../../src/contracts/index.js';
import { type Evidence, judgeAlignment, THUMBNAIL } from '../../src/data/folder/alignment.js';
import { createRandom } from '../../src/training/random.js';
import { folderOf, openFolder } from './folder-of.js';

const random = createRandom(3);
const square = { width: 128, height: 128 };
const between = (stream: RandomStream, low: number, high: number) => low + (high - low) * stream.uniform();

/** A face of changing light, hair, background and expression at (x, y), `scale` times as large as the picture allows. */
async function drawn(stream: RandomStream, x = 64, y = 64, scale = 1): Promise<Evidence> {
  const light = between(stream, 0.6, 1.3);
  const shade = (grey: number) =>
    `rgb(${[grey, grey, grey].map((value) => Math.min(255, Math.round(value * light))).join()})`;
  const background = shade(between(stream, 20, 230));
  const [open, look, turn] = [between(stream, 1, 9), between(stream, -3, 3), between(stream, -6, 6)];
  const eye = (at: number) =>
    `<ellipse cx="${at + turn}" cy="-14" rx="8" ry="5" fill="#eee"/><circle cx="${at + turn + look}" cy="-14" r="4" fill="#222"/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="128" height="128"><rect width="128" height="128" fill="${background}"/>
    <g transform="translate(${x} ${y}) scale(${scale})"><ellipse cx="0" cy="-10" rx="48" ry="56" fill="${shade(60)}"/>
    <ellipse cx="${turn / 2}" cy="4" rx="40" ry="52" fill="${shade(180)}"/>${eye(-17)}${eye(17)}
    <ellipse cx="${turn}" cy="28" rx="14" ry="${open}" fill="#822"/></g></svg>`;
  const thumbnail = await sharp(Buffer.from(svg)).resize(THUMBNAIL, THUMBNAIL).removeAlpha().raw().toBuffer();
  return { size: square, thumbnail };
}

const many = (count: number, one: (stream: RandomStream) => Promise<Evidence> | Evidence) =>
  Promise.all(Array.from({ length: count }, (_, i) => one(random.stream('face', i))));

describe('pictures', () => {
  test('of a face in place are accepted, under changing light and before changing backgrounds', async () => {
    expect(judgeAlignment(await many(40, (stream) => drawn(stream)))).toBeUndefined();
  });

  test('of a face that moves by a few pixels are accepted', async () => {
    const faces = await many(40, (stream) => drawn(stream, between(stream, 59, 69), between(stream, 59, 69)));
    expect(judgeAlignment(faces)).toBeUndefined();
  });

  test('of a face anywhere in the picture are not', async () => {
    const faces = await many(40, (stream) =>
      drawn(stream, between(stream, 24, 104), between(stream, 24, 104), between(stream, 0.3, 1)),
    );
    expect(judgeAlignment(faces)).toContain('little structure');
  });

  test('of noise are not', async () => {
    const noise = await many(20, (stream) => ({
      size: square,
      thumbnail: Uint8Array.from({ length: THUMBNAIL ** 2 * 3 }, () => stream.integer(256)),
    }));
    expect(judgeAlignment(noise)).toContain('little structure');
  });

  test('that are all alike, or of one colour, are accepted', async () => {
    const [one] = await many(1, (stream) => drawn(stream));
    expect(judgeAlignment(new Array(10).fill(one))).toBeUndefined();
  });

  test('of other shapes than most are photographs', async () => {
    const faces = await many(10, (stream) => drawn(stream));
    const sizes = faces.map((face, i) => ({ ...face, size: i < 3 ? { width: 160, height: 90 } : square }));
    expect(judgeAlignment(sizes)).toContain('3 of 10 pictures have another aspect ratio');
    const oblong = faces.map((face) => ({ ...face, size: { width: 92, height: 112 } }));
    expect(judgeAlignment(oblong)).toBeUndefined();
  });

  test('fewer than eight are not judged', async () => {
    expect(judgeAlignment(await many(7, (stream) => drawn(stream, between(stream, 20, 100))))).toBeUndefined();
  });
});

describe('landmarks', () => {
  const thumbnail = new Uint8Array(THUMBNAIL ** 2 * 3);
  /** A contour about (x, y), the other points on a circle that looks to the side by `turn`. */
  const at = (x: number, y: number, size: number, turn = 0): Evidence => {
    const landmarks = new Float32Array(136);
    for (let i = 0; i < 68; i++) {
      const angle = (Math.PI * (i < 17 ? i : i - 17)) / (i < 17 ? 16 : 8);
      const reach = i < 17 ? size : 0.6 * size;
      landmarks.set([x + (i < 17 ? 0 : turn) - reach * Math.cos(angle), y + reach * Math.sin(angle)], 2 * i);
    }
    return { size: square, thumbnail, landmarks };
  };

  test('whose contour stays in place, while the head turns, are accepted', async () => {
    const faces = await many(30, (stream) => {
      return at(
        between(stream, 0.46, 0.54),
        between(stream, 0.36, 0.44),
        between(stream, 0.28, 0.32),
        between(stream, -0.15, 0.15),
      );
    });
    expect(judgeAlignment(faces)).toBeUndefined();
  });

  test('that wander, change their size or are small are not', async () => {
    const wandering = await many(30, (stream) => at(between(stream, 0.3, 0.7), 0.4, 0.3));
    const growing = await many(30, (stream) => at(0.5, 0.4, between(stream, 0.15, 0.45)));
    const small = await many(30, () => at(0.5, 0.4, 0.1));
    expect(judgeAlignment(wandering)).toContain('the face wanders by');
    expect(judgeAlignment(growing)).toContain('the size of the face varies');
    expect(judgeAlignment(small)).toContain('a small part of the picture');
  });
});

test('the folder says it to its user', async () => {
  const faces = await many(12, (stream) => drawn(stream, between(stream, 10, 118), between(stream, 10, 118), 0.5));
  const raw = { width: THUMBNAIL, height: THUMBNAIL, channels: 3 as const };
  const files = faces.map(({ thumbnail }, i) => [`${i}.png`, sharp(thumbnail, { raw }).png().toBuffer()] as const);
  const { dataset, warnings } = openFolder(await folderOf(Object.fromEntries(files)));
  await dataset.prepare!();
  expect(warnings).toEqual([expect.stringContaining('look unaligned')]);
});
