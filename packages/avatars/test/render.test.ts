import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { avatar, drawSvg, neutral, type Pose, person, regions, render, samplePose } from '../src/index.js';

const fixture = (name: string) => readFile(new URL(`fixtures/${name}`, import.meta.url));

function psnr(a: Uint8Array, b: Uint8Array): number {
  const mse = a.reduce((sum, value, i) => sum + (value - (b[i] as number)) ** 2, 0) / a.length;
  return 10 * Math.log10(255 ** 2 / mse);
}

test('the same person and pose give the same bytes, at any size', async () => {
  for (const size of [16, 64, 130]) {
    const pose = samplePose(1, size);
    const once = await render(person(3), pose, size);
    expect(once).toHaveLength(size * size * 3);
    expect(await render(person(3), samplePose(1, size), size)).toEqual(once);
  }
});

// The recipe's numbers were measured on pictures of an earlier drawing of these two. Front light only: side light falls
// on the hair too since then.
test('ada and ben look as they did when the recipe was measured', async () => {
  const poses: Pose[] = JSON.parse(String(await fixture('recipe-people.json')));
  const sheet = sharp(await fixture('recipe-people.png'));
  for (const [row, number] of [1, 2].entries())
    for (const [column, pose] of poses.entries()) {
      const region = { left: column * 64, top: row * 64, width: 64, height: 64 };
      const measured = await sheet.clone().extract(region).removeAlpha().raw().toBuffer();
      expect(psnr(await render(person(number), pose, 64), measured)).toBeGreaterThan(30);
    }
});

test('the true swap is the other person in the same pose', async () => {
  const ben = person(2);
  const pose = samplePose(1, 4);
  const swap = avatar(person(1), pose).as(ben);
  expect(await swap.image(64)).toEqual(await render(ben, pose, 64));
  expect(swap.landmarks).toEqual(avatar(ben, pose).landmarks);
});

test('the mask holds every landmark and leaves the corners of the picture out', async () => {
  const size = 128;
  for (const number of [1, 2, 8, 16, 23]) {
    const it = avatar(person(number), samplePose(2, number));
    const mask = await it.mask(size);
    expect(mask).toHaveLength(size * size);
    for (let i = 0; i < 68; i++) {
      const [x, y] = [it.landmarks[2 * i] as number, it.landmarks[2 * i + 1] as number];
      expect(mask[Math.floor(y * size) * size + Math.floor(x * size)]).toBeGreaterThan(127);
    }
    for (const corner of [0, size - 1, size * (size - 1), size * size - 1]) expect(mask[corner]).toBe(0);
    const share = mask.reduce((sum, value) => sum + value, 0) / (255 * size * size);
    expect(share).toBeGreaterThan(0.3);
    expect(share).toBeLessThan(0.6);
  }
});

test('light changes the picture and nothing else', async () => {
  const [dark, bright] = [
    { ...neutral, light: -1 },
    { ...neutral, light: 1 },
  ];
  const mean = async (pose: Pose) => {
    const image = await render(person(1), pose, 32);
    return image.reduce((sum, value) => sum + value, 0) / image.length;
  };
  expect(await mean(bright)).toBeGreaterThan((await mean(dark)) + 30);
  expect(avatar(person(1), dark).landmarks).toEqual(avatar(person(1), bright).landmarks);
});

test('side light falls from its side, on face and hair alike', async () => {
  const half = async (lightX: number, columns: readonly [number, number]) => {
    const image = await render(person(1), { ...neutral, lightX }, 64);
    let sum = 0;
    for (let row = 24; row < 44; row++)
      for (let column = columns[0]; column < columns[1]; column++) sum += image[(row * 64 + column) * 3] as number;
    return sum;
  };
  for (const columns of [
    [4, 10],
    [14, 28],
  ] as const)
    expect(await half(-1, columns)).toBeGreaterThan((await half(1, columns)) * 1.15);
});

test('the regions hold eyes and mouth of a neutral face', () => {
  const { boxes } = avatar(person(1), neutral);
  for (const name of ['eyes', 'mouth'] as const) {
    const [inner, outer] = [boxes[name], regions[name]];
    const middle = [(inner.left + inner.right) / 2, (inner.top + inner.bottom) / 2] as const;
    expect(middle[0] > outer.left && middle[0] < outer.right && middle[1] > outer.top && middle[1] < outer.bottom).toBe(
      true,
    );
  }
  expect(regions.eyes).toEqual({ left: 10 / 64, top: 18 / 64, right: 54 / 64, bottom: 36 / 64 });
});

test('every number in the drawing is finite, for anybody in any pose', () => {
  for (let i = 0; i < 200; i++) expect(drawSvg(person(i + 1), samplePose(6, i))).not.toMatch(/NaN|Infinity|undefined/);
});
