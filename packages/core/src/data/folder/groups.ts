import { basename } from 'node:path';
import type { Described } from './describe.js';
import { clipOf } from './listing.js';

/**
 * The group (clip) of each picture: what its sidecar says; else the sub-folder it lies in; else, with 'file-name', what
 * stands before the number at the end of its name, if that divides the rest of the pictures into groups of two or more.
 * A single group of all pictures divides nothing and is dropped: the frames are then split in blocks.
 */
export function groupPictures(
  pictures: readonly Described[],
  by: 'file-name' | 'none',
): readonly (string | undefined)[] {
  const rest = pictures.filter(({ group, folder }) => group === undefined && folder === '');
  const clips = by === 'file-name' ? clipsOf(rest) : new Map<Described, string>();
  const groups = pictures.map((picture) => picture.group ?? (picture.folder || clips.get(picture)));
  return new Set(groups).size === 1 ? groups.map(() => undefined) : groups;
}

function clipsOf(pictures: readonly Described[]): Map<Described, string> {
  const clips = new Map<Described, string>();
  const counts = new Map<string, number>();
  for (const picture of pictures) {
    const clip = clipOf(basename(picture.path));
    if (clip === undefined) return new Map();
    clips.set(picture, clip);
    counts.set(clip, (counts.get(clip) ?? 0) + 1);
  }
  return [...counts.values()].every((count) => count > 1) ? clips : new Map();
}
