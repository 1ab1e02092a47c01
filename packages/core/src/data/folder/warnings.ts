import { judgeAlignment } from './alignment.js';
import type { Description } from './describe.js';
import type { FolderFace } from './face.js';

/** What a user should hear about a folder that can be used: `info` for his knowledge, `warn` for his attention. */
export function folderWarnings(
  identity: string,
  faces: readonly FolderFace[],
  { unused, unread, absent }: Description,
  show: (path: string) => string,
): { readonly info: readonly string[]; readonly warn: readonly string[] } {
  const count = faces.length;
  const warn: string[] = [];
  const say = (found: number, message: string) => {
    if (found > 0) warn.push(`${message} ("${identity}").`);
  };

  const reason = judgeAlignment(faces);
  if (reason) {
    warn.push(
      `The pictures of "${identity}" look unaligned: ${reason}. Crop every face alike, eyes and mouth in place.`,
    );
  }
  const oblong = faces.filter(({ size }) => size.width !== size.height).length;
  say(oblong, `${oblong} of ${count} pictures are not square: the largest square in their middle is used`);
  const copies = count - new Set(faces.map(({ info }) => info.hash)).size;
  say(copies, `${copies} of ${count} pictures are copies of others: held-out faces may be among the training faces`);
  const landmarks = faces.filter((face) => face.landmarks).length;
  say(landmarks % count, `Only ${landmarks} of ${count} pictures have landmarks: they are not used`);
  const masks = faces.filter((face) => face.mask !== undefined).length;
  say(masks % count, `Only ${masks} of ${count} pictures have masks: they are not used`);
  say(absent.length, `landmarks.json names pictures that are not there: ${some(absent, show)}`);
  say(unread.length, `Folders deeper than one level are not read: ${some(unread, show)}`);
  const info =
    unused.length > 0 ? [`Files that are neither pictures nor sidecars of "${identity}": ${some(unused, show)}.`] : [];
  return { info, warn };
}

function some(paths: readonly string[], show: (path: string) => string): string {
  const more = paths.length > 5 ? ` and ${paths.length - 5} more` : '';
  return `${paths.slice(0, 5).map(show).join(', ')}${more}`;
}
