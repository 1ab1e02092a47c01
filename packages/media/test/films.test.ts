import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FaceSwap } from '@fsae/core';
import { describe, expect, test } from 'vitest';
import type { Raster } from '../src/contracts.js';
import { extract, swap } from '../src/index.js';
import { videoAdapter } from '../src/video/index.js';
import { attendance, folderOfTest } from './folder.js';
import { type Scene, sceneOf, scripted } from './scene.js';
import { makeFilm, programs, readAll, soundHash } from './video/films.js';

const FRAMES = 12;
const SIZE = { width: 164, height: 122 };

/** A head that crosses the picture, gone in the last three frames; the scripted detector is told which frame it sees. */
async function filmed(): Promise<{ scenes: Scene[]; parts: ReturnType<typeof scripted> }> {
  const scenes = await Promise.all(
    Array.from({ length: FRAMES }, (_, k) =>
      sceneOf(SIZE.width, SIZE.height, k < 9 ? [{ person: 1, at: [60 + 3 * k, 60], side: 110, roll: 2 * k }] : []),
    ),
  );
  const inner = scenes.map((scene) => scripted([scene]));
  // Which frame a picture is, by its likeness: encoding changes every byte a little.
  const frameOf = ({ data }: Raster) => {
    const distances = scenes.map(({ picture }) => {
      let sum = 0;
      for (let i = 0; i < data.length; i += 7) sum += Math.abs(data[i]! - picture.data[i]!);
      return sum;
    });
    return inner[distances.indexOf(Math.min(...distances))]!;
  };
  return {
    scenes,
    parts: {
      detections: () => 0,
      detector: { name: 'filmed', detect: (picture) => frameOf(picture).detector.detect(picture) },
      landmarker: {
        name: 'filmed',
        locate: (picture, regions) => frameOf(picture).landmarker.locate(picture, regions),
      },
    },
  };
}

const negative: FaceSwap = {
  size: 64,
  runId: 'run-0',
  folders: [],
  swap: async (faces) => faces.map((face) => face.map((value) => 255 - value)),
  dispose() {},
};

describe.skipIf(typeof programs === 'string')('films', () => {
  test('a film to faces: every second frame, with its time, of one group', async () => {
    const cwd = await folderOfTest();
    const { scenes, parts } = await filmed();
    await makeFilm(
      join(cwd, 'talk.mp4'),
      scenes.map(({ picture }) => picture),
    );
    const request = { ...attendance(cwd), inputs: ['talk.mp4'], out: 'faces', size: 32, minSize: 20, duplicates: 0 };
    const { summary } = await extract({ ...request, every: 2, parts });
    expect(summary.join('\n')).toContain('5 faces of 6 pictures');
    expect(summary.join('\n')).toContain('1 picture without a face');
    const names = (await readdir(join(cwd, 'faces'))).filter((name) => name.endsWith('.json') && !name.startsWith('.'));
    expect(names.sort()).toEqual([0, 2, 4, 6, 8].map((frame) => `talk_00000${frame}.json`));
    const sidecar = JSON.parse(await readFile(join(cwd, 'faces', 'talk_000004.json'), 'utf8'));
    expect(sidecar).toMatchObject({ group: 'talk', source: { file: '../talk.mp4', frame: 4, time: 0.16 } });
  });

  test('a film that was stopped goes on at the next frame; one that was killed leaves nothing strange', async () => {
    const cwd = await folderOfTest();
    const { scenes, parts } = await filmed();
    await makeFilm(
      join(cwd, 'talk.mp4'),
      scenes.map(({ picture }) => picture),
    );
    const request = { ...attendance(cwd), inputs: ['talk.mp4'], size: 32, minSize: 20, duplicates: 0 };
    await extract({ ...request, out: 'whole', parts });

    const controller = new AbortController();
    let looked = 0;
    const counting: typeof parts.landmarker = {
      name: 'counting',
      locate: async (picture, regions) => {
        if (regions.length > 0) looked++;
        return parts.landmarker.locate(picture, regions);
      },
    };
    const stops: typeof parts.landmarker = {
      name: 'stops',
      locate: async (picture, regions) => {
        // Twice at the first frame, once at each that follows.
        if (regions.length > 0 && ++looked === 5) controller.abort();
        return parts.landmarker.locate(picture, regions);
      },
    };
    const stopped = { ...request, out: 'faces', parts: { ...parts, landmarker: stops }, signal: controller.signal };
    expect((await extract(stopped)).summary.join('\n')).toContain('4 faces of 4 pictures');
    // As a run leaves them that is killed before it can write down what it did.
    for (const ending of ['png', 'json', 'mask.png']) {
      await copyFile(join(cwd, 'faces', `talk_000003.${ending}`), join(cwd, 'faces', `talk_000011-2.${ending}`));
    }
    looked = 0;
    const { summary } = await extract({ ...request, out: 'faces', parts: { ...parts, landmarker: counting } });
    expect(summary.join('\n')).toContain('9 faces of 12 pictures');
    expect(looked).toBeLessThan(9);
    const names = async (folder: string) => (await readdir(join(cwd, folder))).sort();
    expect(await names('faces')).toEqual(await names('whole'));
    expect((await extract({ ...request, out: 'faces', parts })).summary.join()).toContain('1 source done before');
  });

  test('a film to a film: as many frames, the sound as it was, faces swapped where there are some', async () => {
    const cwd = await folderOfTest();
    const { scenes, parts } = await filmed();
    const pictures = scenes.map(({ picture }) => picture);
    await makeFilm(join(cwd, 'talk.mp4'), pictures, { args: ['-c:a', 'aac'] });
    const request = { ...attendance(cwd), inputs: ['talk.mp4'], model: negative, minSize: 20, parts };
    const { summary, failed } = await swap({ ...request, out: 'out', colour: 'none' });
    expect(failed).toBe(0);
    expect(summary.join('\n')).toContain('9 faces swapped in 9 of 12 pictures');
    expect(summary.join('\n')).toContain('3 of 12 frames have no face');
    expect(await soundHash(join(cwd, 'out', 'talk.mp4'))).toBe(await soundHash(join(cwd, 'talk.mp4')));
    const { pictures: swapped } = await readAll(await (await videoAdapter()).open(join(cwd, 'out', 'talk.mp4')));
    expect(swapped).toHaveLength(FRAMES);
    // The middle of the face is turned to its negative, the corner of the picture is left.
    for (const [k, after] of swapped.entries()) {
      const change = (x: number, y: number) => {
        const at = 3 * (y * after.width + x) + 1;
        return Math.abs(after.data[at]! - pictures[k]!.data[at]!);
      };
      expect(change(3, 3)).toBeLessThan(12);
      if (k < 9) expect(change(60 + 3 * k, 75)).toBeGreaterThan(20);
    }
  });

  test('a swap that was stopped leaves nothing of the film; one that was killed is cleared away, and that is said', async () => {
    const cwd = await folderOfTest();
    const { scenes, parts } = await filmed();
    await makeFilm(
      join(cwd, 'talk.mp4'),
      scenes.map(({ picture }) => picture),
    );
    const controller = new AbortController();
    const stopping: FaceSwap = {
      ...negative,
      swap: async (faces) => {
        controller.abort();
        return [...faces];
      },
    };
    const request = { ...attendance(cwd), inputs: ['talk.mp4'], minSize: 20, parts, out: 'out' };
    const stopped = await swap({ ...request, model: stopping, signal: controller.signal });
    expect(stopped.summary.join()).toContain('Stopped before the end: 1 to go');
    expect(await readdir(join(cwd, 'out'))).toEqual([]);
    expect(request.said.join()).not.toContain('killed');

    const gone = spawnSync(process.execPath, ['--version']).pid;
    for (const pid of [gone, process.pid]) await writeFile(join(cwd, 'out', `.talk.${pid}-9.mp4`), 'half a film');
    await swap({ ...request, model: negative });
    expect(request.said.join()).toMatch(/talk\.mp4: a run was killed within this film; it begins again/);
    // What somebody is writing now is not touched.
    expect((await readdir(join(cwd, 'out'))).sort()).toEqual([`.talk.${process.pid}-9.mp4`, 'talk.mp4']);
  });

  test('before and after side by side', async () => {
    const cwd = await folderOfTest();
    const { scenes, parts } = await filmed();
    await makeFilm(
      join(cwd, 'talk.mp4'),
      scenes.slice(0, 2).map(({ picture }) => picture),
    );
    const request = { ...attendance(cwd), inputs: ['talk.mp4'], model: negative, minSize: 20, parts };
    await swap({ ...request, out: 'pairs', compare: true });
    const { info } = await (await videoAdapter()).open(join(cwd, 'pairs', 'talk.mp4'));
    expect([info.width, info.height, info.frames]).toEqual([328, 122, 2]);
  });

  test('a film without a face is copied as it is; a broken one is named and left out', async () => {
    const cwd = await folderOfTest();
    const bare = await sceneOf(64, 64, []);
    await makeFilm(join(cwd, 'bare.mkv'), [bare.picture, bare.picture]);
    await copyFile(new URL(import.meta.url), join(cwd, 'broken.mp4'));
    const request = { ...attendance(cwd), model: negative, parts: scripted([bare]), out: 'out' };
    const { failed } = await swap({ ...request, inputs: ['bare.mkv', 'broken.mp4'] });
    expect(failed).toBe(1);
    expect(request.said.join()).toContain('broken.mp4');
    expect(await readdir(join(cwd, 'out'))).toEqual(['bare.mkv']);
    expect(await readFile(join(cwd, 'out', 'bare.mkv'))).toEqual(await readFile(join(cwd, 'bare.mkv')));
    const faces = await extract({ ...attendance(cwd), parts: scripted([bare]), out: 'faces', inputs: ['broken.mp4'] });
    expect(faces.failed).toBe(1);
    expect(existsSync(join(cwd, 'faces.report.json'))).toBe(true);
  });
});
