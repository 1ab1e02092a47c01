import type * as fs from 'node:fs/promises';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { extract } from '../../src/index.js';
import { attendance, folderOfTest, writePng } from '../folder.js';
import { sceneOf, scripted } from '../scene.js';

/** Bytes that the disk still takes. */
const disk = vi.hoisted(() => ({ room: Number.POSITIVE_INFINITY }));

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof fs>();
  return {
    ...real,
    writeFile: async (path: string, content: Uint8Array | string) => {
      disk.room -= content.length;
      // What a full disk does: a part is written.
      await real.writeFile(path, content.slice(0, Math.max(0, content.length + Math.min(0, disk.room))));
      if (disk.room < 0) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    },
  };
});

beforeEach(() => {
  disk.room = Number.POSITIVE_INFINITY;
});

test('a full disk ends it with a reason, nothing half written stays, and the same command goes on', async () => {
  const cwd = await folderOfTest();
  const scenes = await Promise.all(
    [1, 2].map((n) => sceneOf(200 + n, 200, [{ person: n, at: [100, 100], side: 180 }])),
  );
  for (const [i, { picture }] of scenes.entries()) await writePng(picture, join(cwd, `photo${i}.png`));
  const inputs = ['photo0.png', 'photo1.png'];
  const request = { ...attendance(cwd), inputs, out: 'faces', size: 64, parts: scripted(scenes) };

  disk.room = 20_000;
  await expect(extract(request)).rejects.toMatchObject({
    code: 'FSAE_MEDIA_OUTPUT',
    problem: { received: expect.stringContaining('no space left') },
  });
  const left = await readdir(join(cwd, 'faces'));
  expect(left.filter((name) => name.endsWith('.tmp'))).toEqual([]);

  disk.room = Number.POSITIVE_INFINITY;
  expect((await extract(request)).summary[0]).toContain('2 faces of 2 pictures');
  const names = (await readdir(join(cwd, 'faces'))).filter((name) => !name.startsWith('.'));
  expect(names).toHaveLength(6);
});
