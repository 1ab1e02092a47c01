import { expect, test } from 'vitest';
import { meanFace } from '../../src/data/mean-face.js';
import { folderOf, openFolder, png } from './folder-of.js';

test('the mean face is the mean of the training faces, in 0..1', async () => {
  const { dataset } = openFolder(
    await folderOf({ 'a.png': png('#000000'), 'b.png': png('#ff8000'), 'c.png': png('#ffffff') }),
  );
  await dataset.prepare!();
  const [a, b] = dataset.faces();
  const mean = await meanFace({ dataset, training: [a!, b!] }, 16);
  expect(mean).toHaveLength(16 * 16 * 3);
  for (let i = 0; i < mean.length; i += 3) {
    expect(mean[i]).toBeCloseTo(0.5, 6);
    expect(mean[i + 1]).toBeCloseTo(64 / 255, 6);
    expect(mean[i + 2]).toBe(0);
  }
});
