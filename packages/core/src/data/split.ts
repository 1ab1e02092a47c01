import type { FaceInfo } from '../contracts/index.js';
import { fsaeError } from '../errors/catalogue.js';

export interface Split {
  readonly training: FaceInfo[];
  readonly heldOut: FaceInfo[];
}

/**
 * Divides the faces of an identity for training and evaluation, the same way every time.
 *
 * - Faces with groups: whole groups are held out, last ones first, as long as that brings their faces closer to the
 *   share `heldOut` of all; at least one group. Faces without a group beside others with one count as one group.
 * - No face has a group: they are the frames of one clip in order. The last block is held out, and the frames just
 *   before it (2 %, at most 12) go to neither side, because neighbouring frames are nearly the same picture.
 *
 * @param heldOut share in 0..1 of the faces.
 * @throws FSAE_DATA_HELD_OUT_EMPTY, FSAE_DATA_TRAINING_EMPTY when a side would have no face.
 */
export function splitFaces(faces: readonly FaceInfo[], heldOut: number): Split {
  const groups = byGroup(faces);
  const details = { faces: faces.length, groups: groups.length, heldOut };
  if (heldOut <= 0 || faces.length === 1) throw fsaeError('FSAE_DATA_HELD_OUT_EMPTY', details);
  if (heldOut >= 1 || faces.length === 0) throw fsaeError('FSAE_DATA_TRAINING_EMPTY', details);
  if (faces.every((face) => face.group === undefined)) return lastBlock(faces, heldOut);
  if (groups.length === 1) throw fsaeError('FSAE_DATA_HELD_OUT_EMPTY', details);
  const chosen = new Set(lastGroups(groups, heldOut * faces.length).flat());
  return { training: faces.filter((face) => !chosen.has(face)), heldOut: faces.filter((face) => chosen.has(face)) };
}

function byGroup(faces: readonly FaceInfo[]): FaceInfo[][] {
  const groups = new Map<string | undefined, FaceInfo[]>();
  for (const face of faces) {
    const group = groups.get(face.group);
    if (group) group.push(face);
    else groups.set(face.group, [face]);
  }
  return [...groups.values()];
}

function lastBlock(faces: readonly FaceInfo[], heldOut: number): Split {
  const count = Math.min(Math.max(Math.round(heldOut * faces.length), 1), faces.length - 1);
  const cut = faces.length - count;
  const gap = Math.min(12, Math.floor(0.02 * faces.length), cut - 1);
  return { training: faces.slice(0, cut - gap), heldOut: faces.slice(cut) };
}

function lastGroups(groups: readonly FaceInfo[][], wanted: number): FaceInfo[][] {
  const chosen: FaceInfo[][] = [];
  let count = 0;
  for (const group of groups.toReversed()) {
    if (chosen.length === groups.length - 1) break;
    if (Math.abs(count + group.length - wanted) >= Math.abs(count - wanted)) continue;
    chosen.push(group);
    count += group.length;
  }
  if (chosen.length > 0) return chosen;
  // Every group is more than twice too large: the smallest one, the last of equals.
  return [groups.reduce((smallest, group) => (group.length <= smallest.length ? group : smallest))];
}
