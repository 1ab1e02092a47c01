import { expect, test } from 'vitest';
import { apply, invert, scaleOf } from '../../src/align/similarity.js';
import { alignment, frameOf } from '../../src/align/template.js';
import type { Landmarker, Point, Raster, Region } from '../../src/contracts.js';
import { hull } from '../../src/mask/hull.js';
import { swapFaces } from '../../src/paste/face.js';
import { sceneOf } from '../scene.js';

const SIZE = 64;
const WIDTH = 420;
const scene = await sceneOf(WIDTH, 400, [{ person: 1, at: [210, 200], side: 300, roll: 15 }]);
const face = scene.faces[0]!;
const how = { frame: frameOf(0.2), masker: hull, colour: 'none', feather: 0 } as const;
const toPicture = alignment(face.landmarks, how.frame, SIZE);
const black = { size: SIZE, swap: async (faces: readonly Uint8Array[]) => faces.map((one) => one.map(() => 0)) };

/** Whether the model's black is at a point of the crop, after a swap with a landmarker that sees this. */
async function painted(landmarker: Landmarker | undefined) {
  const picture: Raster = { ...scene.picture, data: scene.picture.data.slice() };
  await swapFaces([{ picture, faces: [face] }], black, { ...how, ...(landmarker && { landmarker }) });
  return (point: Point) => {
    const [x, y] = apply(toPicture, point).map(Math.floor) as [number, number];
    return [0, 1, 2].every((c) => picture.data[3 * (y * WIDTH + x) + c] === 0);
  };
}

/** A narrow face of 20 x 22 in the middle of the crop; its chin is at 40, the picture's at 51. */
const outline: Point[] = [
  [22, 18],
  [42, 18],
  [42, 34],
  [36, 40],
  [28, 40],
  [22, 34],
];
const seen: Region[] = [];
const sees = (score: number): Landmarker => ({
  name: 'narrow',
  locate: async (_, regions) => {
    seen.push(...regions);
    return regions.map(() => ({ landmarks: [], outline, score, region: { centre: [32, 32], side: 22, roll: 0 } }));
  },
});

const [inside, beside, besideTheChin, below]: Point[] = [
  [32, 30],
  [17, 30],
  [24, 40],
  [32, 45],
];

test('beside a drawn face that is narrower the picture stays; below its chin it does not', async () => {
  const isPainted = await painted(sees(1));
  expect([inside, beside, besideTheChin, below].map((point) => isPainted(point!))).toEqual([true, false, false, true]);
});

test('what the landmarker takes for no face, and what nobody looks at, is painted as far as the mask reaches', async () => {
  for (const landmarker of [sees(0.1), undefined]) {
    const isPainted = await painted(landmarker);
    expect([inside, beside, below].map((point) => isPainted(point!))).toEqual([true, true, true]);
  }
});

test('the drawn face is looked for where the picture has one, upright', async () => {
  seen.length = 0;
  await painted(sees(1));
  const [x, y] = apply(invert(toPicture), face.region.centre);
  expect(seen).toHaveLength(1);
  expect(seen[0]!.centre).toEqual([x, y]);
  expect(seen[0]!.side).toBeCloseTo(face.region.side / scaleOf(toPicture), 9);
  expect(Math.abs(seen[0]!.roll)).toBeLessThan(0.05);
});
