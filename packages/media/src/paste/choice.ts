import type { LocatedFace, Raster } from '../contracts.js';
import type { TrackedFace } from '../landmarks/track.js';
import type { OpenParts } from '../parts.js';

/** Picks the faces of a picture that are to be swapped. */
export type Choice<F extends LocatedFace> = (picture: Raster, faces: readonly F[], time: number) => Promise<F[]>;

/** Those that are large enough and, where one is meant, of that person. */
export function choiceOf(minSize: number, person: OpenParts['person']): Choice<LocatedFace> {
  return async (picture, faces) => {
    const large = faces.filter(({ region }) => region.side >= minSize);
    if (person === undefined) return large;
    const distances = await person.distances(picture, large);
    return large.filter((_, i) => distances[i]! <= person.atMost);
  };
}

/** Seconds after which a face that was somebody else is looked at again: it may have turned to the camera. */
const AGAIN = 1;

/** The same for a film: a face that was recognised stays chosen for as long as it is followed. */
export function steadyChoiceOf(minSize: number, person: OpenParts['person']): Choice<TrackedFace> {
  const known = new Map<number, { readonly chosen: boolean; readonly time: number }>();
  return async (picture, faces, time) => {
    const large = faces.filter(({ region }) => region.side >= minSize);
    if (person === undefined) return large;
    const unsure = large.filter(({ track }) => {
      const last = known.get(track);
      return last === undefined || (!last.chosen && time - last.time >= AGAIN);
    });
    const distances = await person.distances(picture, unsure);
    for (const [i, { track }] of unsure.entries()) known.set(track, { chosen: distances[i]! <= person.atMost, time });
    return large.filter(({ track }) => known.get(track)!.chosen);
  };
}
