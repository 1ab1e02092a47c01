import type { LocatedFace, Raster } from '../contracts.js';
import { type Finder, findFaces } from '../landmarks/find.js';
import { FaceTracker } from '../landmarks/track.js';
import type { Input } from '../read/inputs.js';
import { readPhoto } from '../read/photo.js';
import { videoAdapter } from '../video/index.js';

/** A picture that was looked at, and the faces in it. */
export interface Look {
  readonly picture: Raster;
  readonly faces: readonly LocatedFace[];
  /** Of a film: which frame, at what second. */
  readonly frame?: { readonly index: number; readonly time: number };
}

/** Which pictures of a film are looked at: every n-th, from one on. */
export interface Stride {
  readonly every: number;
  readonly from: number;
}

/**
 * The one picture of a photograph, or every n-th of a film with its faces followed over time.
 * @throws FSAE_MEDIA_PICTURE; of films FSAE_MEDIA_FILM_..., FSAE_MEDIA_NO_VIDEO
 */
export async function* looksAt(
  { path, kind }: Input,
  finder: Finder,
  { every, from }: Stride,
  signal: AbortSignal,
): AsyncGenerator<Look> {
  if (kind === 'photo') {
    const { picture } = await readPhoto(path);
    yield { picture, faces: await findFaces(finder, picture) };
    return;
  }
  const reader = await (await videoAdapter()).open(path);
  const tracker = new FaceTracker({ finder });
  try {
    for await (const { index, time, picture } of reader.frames()) {
      if (signal.aborted) return;
      if (index < from || index % every !== 0) continue;
      yield { picture, faces: await tracker.next(picture, time), frame: { index, time } };
    }
  } finally {
    await reader.close();
  }
}
