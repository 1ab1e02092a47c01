import type { Casting, Dataset, FaceInfo, Picture } from '../contracts/index.js';
import type { IdentityFaces } from '../data/identities.js';
import { load, spread } from './load.js';

/** People that play each pose, at least: with two, a pair of pictures is all that an invariance rests on. */
const PEOPLE = 8;
/** Poses, drawn evenly from the held-out faces of all identities. */
const POSES = 16;

/** One pose and expression, as several people show it. */
export interface Play {
  readonly group: string;
  readonly people: readonly string[];
  readonly pictures: readonly Picture[];
}

/**
 * Held-out poses, each shown by the identities of the run and, where these are fewer than eight, by people of the same
 * kind whom the model never saw. None where a dataset cannot show its pose as somebody else.
 */
export async function rehearse(identities: readonly IdentityFaces[], size: number): Promise<readonly Play[]> {
  const known = identities.map(({ name, dataset }) => ({ name, dataset }));
  const datasets = known.map(({ dataset }) => dataset);
  if (datasets.some(({ truth }) => truth === undefined)) return [];
  const missing = Math.max(0, PEOPLE - known.length);
  const strangers = datasets[0]?.strangers?.(datasets, missing) ?? [];
  const cast = [...known, ...strangers.map((dataset, i) => ({ name: `stranger ${i + 1}`, dataset }))];
  if (cast.length < 2) return [];
  const plays: Play[] = [];
  for (const { face, dataset } of chosen(identities)) {
    const pictures: Picture[] = [];
    for (const { dataset: as } of cast) {
      pictures.push(...(await load([face], (info) => shown(dataset, info, as, size))));
    }
    plays.push({ group: face.group ?? face.id, people: cast.map(({ name }) => name), pictures });
  }
  return plays;
}

export async function castingOf(
  to: string,
  plays: readonly Play[],
  decode: (pictures: readonly Picture[]) => Promise<readonly Picture[]>,
): Promise<Casting> {
  const poses: Casting['poses'][number][] = [];
  for (const { group, people, pictures } of plays) {
    poses.push({ group, people, source: pictures, swap: await decode(pictures) });
  }
  return { to, poses };
}

function chosen(identities: readonly IdentityFaces[]): { readonly face: FaceInfo; readonly dataset: Dataset }[] {
  const each = Math.ceil(POSES / identities.length);
  return identities.flatMap(({ dataset, heldOut }) => spread(heldOut, each).map((face) => ({ face, dataset })));
}

function shown(dataset: Dataset, face: FaceInfo, as: Dataset, size: number) {
  if (as === dataset) return dataset.load(face, size, []);
  if (dataset.truth === undefined) throw new TypeError('A dataset without true swaps cannot play.');
  return dataset.truth(face, as, size, []);
}
