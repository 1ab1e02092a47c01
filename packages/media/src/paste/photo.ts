import { extname } from 'node:path';
import { findFaces } from '../landmarks/find.js';
import { readPhoto } from '../read/photo.js';
import { copyWhole, toSharp, writeWhole } from '../read/write.js';
import { choiceOf } from './choice.js';
import { sideBySide } from './compare.js';
import { swapFaces } from './face.js';
import type { Job, Outcome } from './job.js';

/**
 * Swaps the faces of a photograph and writes it as `to` with the job's ending. One without a face is copied as it is, under
 * its own ending: nothing in it was made by a model, and nothing says so.
 * @throws FSAE_MEDIA_PICTURE, FSAE_MEDIA_OUTPUT
 */
export async function swapPhoto(path: string, to: string, job: Job): Promise<Outcome> {
  const { parts, minSize, model, how, compare, format } = job;
  const photo = await readPhoto(path);
  const found = await findFaces(parts.finder, photo.picture);
  const faces = await choiceOf(minSize, parts.person)(photo.picture, found, 0);
  if (faces.length === 0) {
    await copyWhole(path, to + extname(path));
    return { frames: 1, swapped: 0, faces: 0 };
  }
  const picture = { ...photo.picture, data: photo.picture.data.slice() };
  await swapFaces([{ picture, faces }], model, how);
  const shown = compare ? { picture: sideBySide(photo.picture, picture) } : { ...photo, picture };
  await writeWhole(`${to}.${format}`, await job.stamp.picture(toSharp(shown), format));
  return { frames: 1, swapped: 1, faces: faces.length };
}
