import { mkdir } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import type { Raster, VideoAdapter, VideoReader, VideoWriter } from '../contracts.js';
import { mediaError, reasonOf } from '../errors.js';
import { FaceTracker } from '../landmarks/track.js';
import { copyWhole } from '../read/write.js';
import { removeAbandoned } from '../video/target.js';
import { steadyChoiceOf } from './choice.js';
import { sideBySide } from './compare.js';
import { type Subject, swapFaces } from './face.js';
import type { Job, Outcome } from './job.js';

/** Frames that go through the model together. */
const TOGETHER = 8;

/** Containers that films are written in; others become mp4. */
const CONTAINERS = ['.mp4', '.m4v', '.mov'];

/**
 * Swaps the faces of a film, frame by frame, copies its sound, and writes it as `to` with an ending. One without a face is
 * copied as it is. Undefined, and nothing written, when it was stopped.
 * @throws FSAE_MEDIA_FILM_..., FSAE_MEDIA_FRAMES_LOST, FSAE_MEDIA_NO_SPACE, FSAE_MEDIA_OUTPUT
 */
export async function swapFilm(
  path: string,
  to: string,
  job: Job,
  adapter: VideoAdapter,
): Promise<Outcome | undefined> {
  const reader = await adapter.open(path);
  let writer: VideoWriter | undefined;
  try {
    await mkdir(dirname(to), { recursive: true }).catch((error: unknown) => {
      throw mediaError('FSAE_MEDIA_OUTPUT', { path: dirname(to), reason: reasonOf(error) }, error);
    });
    const { info } = reader;
    const shown = job.compare ? { ...info, width: 2 * info.width } : info;
    const ending = extname(path).toLowerCase();
    const file = to + (CONTAINERS.includes(ending) ? ending : '.mp4');
    if (await removeAbandoned(file)) job.warn(`${path}: a run was killed within this film; it begins again.`);
    writer = await adapter.create(file, { info: shown, ...(info.audio ? { audioFrom: path } : {}) });
    const outcome = await swapFrames(reader, writer, job);
    if (outcome !== undefined && outcome.faces > 0) {
      await writer.finish();
      return outcome;
    }
    await writer.abort();
    if (outcome !== undefined) await copyWhole(path, to + extname(path));
    return outcome;
  } catch (error) {
    await writer?.abort();
    throw error;
  } finally {
    await reader.close();
  }
}

async function swapFrames(reader: VideoReader, writer: VideoWriter, job: Job): Promise<Outcome | undefined> {
  const tracker = new FaceTracker({ finder: job.parts.finder });
  const choose = steadyChoiceOf(job.minSize, job.parts.person);
  const outcome = { frames: 0, swapped: 0, faces: 0 };
  let waiting: (Subject & { readonly original: Raster })[] = [];
  const flush = async () => {
    await swapFaces(waiting, job.model, job.how);
    for (const { original, picture } of waiting) {
      await writer.write(job.compare ? sideBySide(original, picture) : picture);
    }
    waiting = [];
  };
  for await (const { picture: original, time } of reader.frames()) {
    if (job.signal.aborted) return undefined;
    const faces = await choose(original, await tracker.next(original, time), time);
    waiting.push({ original, picture: { ...original, data: original.data.slice() }, faces });
    outcome.frames++;
    outcome.faces += faces.length;
    if (faces.length > 0) outcome.swapped++;
    if (waiting.length === TOGETHER) await flush();
  }
  await flush();
  return outcome;
}
