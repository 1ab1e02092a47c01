import { expect, test } from 'vitest';
import type { LocatedFace, Point, Raster, Region } from '../../src/contracts.js';
import { findFaces } from '../../src/landmarks/find.js';
import { landmarksOf, MESH_POINTS, ovalOf } from '../../src/landmarks/mesh.js';
import { PointSmoother } from '../../src/landmarks/smooth.js';
import { FaceTracker } from '../../src/landmarks/track.js';
import { sceneOf, scripted } from '../scene.js';

test('68 of 468 points, and a contour that goes once around', () => {
  const mesh = Array.from({ length: MESH_POINTS }, (_, i): Point => [i, 0]);
  const chosen = landmarksOf(mesh).map(([i]) => i);
  expect(chosen).toHaveLength(68);
  expect(new Set(chosen).size).toBe(68);
  // MediaPipe's names for some of them: tip of the nose, corners of the eyes and of the mouth, chin.
  expect([30, 36, 39, 42, 45, 48, 54, 8].map((k) => chosen[k])).toEqual([4, 33, 133, 362, 263, 61, 291, 152]);
  expect(new Set(ovalOf(mesh).map(([i]) => i)).size).toBe(36);
});

test('two people in a picture are two faces; the same one found twice is one', async () => {
  const scene = await sceneOf(400, 200, [
    { person: 1, at: [90, 100], side: 150 },
    { person: 2, at: [300, 100], side: 160, roll: 20 },
  ]);
  const finder = scripted([scene]);
  const twice = {
    ...finder,
    detector: {
      name: 'twice',
      detect: async (picture: Raster) => {
        const found = await finder.detector.detect(picture);
        return [...found, ...found.map((one) => ({ ...one, score: 0.5 }))];
      },
    },
  };
  expect(await findFaces(twice, scene.picture)).toEqual(scene.faces);
  expect(await findFaces(finder, { ...scene.picture, width: 200, height: 400 })).toEqual([]);
});

/** A pseudo-random walk of the same numbers every time, about -1..1. */
const noise = (k: number) => Math.sin(k * 12.9898) * Math.cos(k * 78.233);

test('smoothing calms what stands still and follows what moves', () => {
  const calm = new PointSmoother();
  const trembling = Array.from({ length: 100 }, (_, k) => 50 + 0.3 * noise(k));
  const smooth = trembling.map((x, k) => calm.next([[x, 0]], k / 25, 100)[0]![0]);
  const restless = (values: readonly number[]) =>
    values.slice(1).reduce((sum, value, k) => sum + Math.abs(value - values[k]!), 0);
  expect(restless(smooth.slice(20))).toBeLessThan(0.5 * restless(trembling.slice(20)));

  // A head that crosses the picture by its own size, 100, in a second.
  const moving = new PointSmoother();
  const lags = Array.from({ length: 50 }, (_, k) => 4 * k - moving.next([[4 * k, 0]], k / 25, 100)[0]![0]);
  expect(Math.max(...lags.map(Math.abs))).toBeLessThan(0.7);
});

test('the first points, and those after another number of points, are left as they are', () => {
  const smoother = new PointSmoother();
  const points: Point[] = [[1, 2]];
  expect(smoother.next(points, 0, 10)).toBe(points);
  const more: Point[] = [
    [1, 2],
    [5, 5],
  ];
  expect(smoother.next(more, 1, 10)).toBe(more);
});

/** A face that is where `path` says, for as long as it says so. */
function moving(path: (frame: number) => readonly Region[]) {
  let frame = -1;
  let detections = 0;
  const faceAt = (region: Region): LocatedFace => ({
    landmarks: Array.from({ length: 68 }, (): Point => [...region.centre]),
    score: 1,
    region,
  });
  const near = (a: Region, b: Region) =>
    Math.hypot(a.centre[0] - b.centre[0], a.centre[1] - b.centre[1]) < 0.4 * a.side;
  return {
    next: () => ++frame,
    detections: () => detections,
    finder: {
      detector: {
        name: 'moving',
        detect: async () => {
          detections++;
          return path(frame).map((region) => ({ region, score: 1 }));
        },
      },
      landmarker: {
        name: 'moving',
        locate: async (_: Raster, regions: readonly Region[]) =>
          regions.map((region) => {
            const found = path(frame).find((one) => near(one, region));
            return found === undefined ? { landmarks: [], score: 0, region } : faceAt(found);
          }),
      },
    },
  };
}

const picture: Raster = { width: 1, height: 1, data: new Uint8Array(3) };
const region = (x: number): Region => ({ centre: [x, 50], side: 40, roll: 0 });

test('a face is followed by one track, and looked for now and then', async () => {
  const film = moving((frame) => [region(50 + 3 * frame)]);
  const tracker = new FaceTracker({ finder: film.finder });
  const tracks = new Set<number>();
  for (let k = 0; k < 50; k++) {
    film.next();
    const [face, ...others] = await tracker.next(picture, k / 25);
    expect(others).toEqual([]);
    tracks.add(face!.track);
    expect(Math.abs(face!.landmarks[0]![0] - (50 + 3 * k))).toBeLessThan(2);
  }
  expect([...tracks]).toEqual([0]);
  // Two seconds, one look every 0.4 of them.
  expect(film.detections()).toBe(5);
});

test('after a cut the new face is there at once, as another track and not smoothed into the old one', async () => {
  const film = moving((frame) => [region(frame < 10 ? 50 : 200)]);
  const tracker = new FaceTracker({ finder: film.finder });
  for (let k = 0; k < 20; k++) {
    film.next();
    const [face] = await tracker.next(picture, k / 25);
    expect(face!.track).toBe(k < 10 ? 0 : 1);
    expect(face!.landmarks[0]![0]).toBe(k < 10 ? 50 : 200);
  }
});

test('who leaves is gone, who comes is seen within 0.4 seconds', async () => {
  const film = moving((frame) => [...(frame < 12 ? [region(50)] : []), ...(frame >= 5 ? [region(200)] : [])]);
  const tracker = new FaceTracker({ finder: film.finder });
  const counts: number[] = [];
  for (let k = 0; k < 25; k++) {
    film.next();
    counts.push((await tracker.next(picture, k / 25)).length);
  }
  expect(counts.slice(0, 5)).toEqual([1, 1, 1, 1, 1]);
  expect(counts[11]).toBe(2);
  expect(counts.slice(12)).toEqual(Array(13).fill(1));
});

test('while there is nobody, nobody looks at every frame', async () => {
  const film = moving((frame) => (frame < 40 ? [] : [region(50)]));
  const tracker = new FaceTracker({ finder: film.finder });
  for (let k = 0; k < 40; k++) {
    film.next();
    expect(await tracker.next(picture, k / 25)).toEqual([]);
  }
  expect(film.detections()).toBe(4);
  for (let k = 40; k < 50; k++) {
    film.next();
    await tracker.next(picture, k / 25);
  }
  film.next();
  expect(await tracker.next(picture, 2)).toHaveLength(1);
});

test('across a gap in time a face is looked for anew', async () => {
  const film = moving(() => [region(50)]);
  const tracker = new FaceTracker({ finder: film.finder });
  film.next();
  expect((await tracker.next(picture, 0))[0]!.track).toBe(0);
  expect((await tracker.next(picture, 1))[0]!.track).toBe(1);
  expect(film.detections()).toBe(2);
});
