import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { samplePose } from '@fsae/avatars';
import { type Config, openSwap, train } from '@fsae/core';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { extract, swap } from '../src/index.js';
import { readPhoto } from '../src/read/photo.js';
import { attendance, folderOfTest, writePng } from './folder.js';
import { type Scene, sceneOf, scripted } from './scene.js';

await tf.setBackend('cpu');

/** A photograph of one person somewhere, of a size that no other has: that is how the scripted detector knows it. */
function photoOf(person: number, index: number): Promise<Scene> {
  const pose = samplePose(7, person, index);
  const at = [100 + 5 * index, 90 + 3 * index] as const;
  return sceneOf(200 + 10 * index + person, 180 + index, [
    { person, at, side: 120 + 4 * index, roll: 9 * index - 30, pose },
  ]);
}

test('photographs to faces, to a model, to a swapped photograph', { timeout: 180_000 }, async () => {
  const cwd = await folderOfTest();
  const indices = Array.from({ length: 5 }, (_, index) => index);
  const scenes: Scene[] = [];
  for (const [identity, person] of [
    ['src', 1],
    ['dst', 2],
  ] as const) {
    await mkdir(join(cwd, identity));
    const photos = await Promise.all(indices.map((index) => photoOf(person, index)));
    scenes.push(...photos);
    for (const [i, { picture }] of photos.entries()) await writePng(picture, join(cwd, identity, `photo ${i}.png`));
    const request = {
      ...attendance(cwd),
      inputs: [identity],
      out: `faces/${identity}`,
      size: 64,
      parts: scripted(photos),
    };
    expect((await extract(request)).summary[0]).toContain('5 faces of 5 pictures');
  }

  const config: Config = {
    identities: { src: 'faces/src', dst: 'faces/dst' },
    size: 16,
    model: {
      encoder: { use: 'conv', channels: 3, stages: 1 },
      bottleneck: { use: 'spatial', channels: 3, hidden: 4, expandChannels: 3 },
      decoder: { use: 'pixel-shuffle', channels: 4, refine: 1 },
    },
    train: { steps: 2, batchSize: 2 },
    backend: 'cpu',
    preview: { every: 0 },
  };
  const { runFolder } = await train({ config, root: cwd });
  const model = await openSwap({ run: runFolder, root: cwd, from: 'src', to: 'dst' });
  try {
    // The faces' mean frame came through the sidecars, the dataset and the checkpoint.
    expect(model.frame).toHaveLength(5);
    expect(model.frame![0]![0]).toBeGreaterThan(0.3);
    expect(model.frame![1]![0]).toBeLessThan(0.7);

    const photo = scenes[3]!;
    const inputs = ['src/photo 3.png'];
    const { summary } = await swap({ ...attendance(cwd), inputs, out: 'out', model, parts: scripted(scenes) });
    expect(summary[0]).toContain('1 face swapped in 1 of 1 picture');
    const { picture } = await readPhoto(join(cwd, 'out', 'photo 3.png'));
    const { width, data } = photo.picture;
    const xs = photo.faces[0]!.outline!.map(([x]) => x);
    const ys = photo.faces[0]!.outline!.map(([, y]) => y);
    let [changed, strayed] = [0, 0];
    for (let i = 0; i < data.length / 3; i++) {
      const same = [0, 1, 2].every((c) => picture.data[3 * i + c] === data[3 * i + c]);
      const [x, y] = [i % width, Math.floor(i / width)];
      const outside =
        x < Math.min(...xs) - 2 || x > Math.max(...xs) + 2 || y < Math.min(...ys) - 2 || y > Math.max(...ys) + 2;
      if (!same && outside) strayed++;
      if (!same) changed++;
    }
    expect(strayed).toBe(0);
    expect(changed).toBeGreaterThan(1000);
  } finally {
    model.dispose();
  }
});
