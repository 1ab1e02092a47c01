import { join, parse } from 'node:path';
import { CONSENT_FILE } from '../consent.js';
import { BadFileError } from './bad-file.js';
import { type FolderListing, listFolder } from './listing.js';
import { readBytes } from './read.js';
import { parseFolderLandmarks, parseSidecar, type Sidecar } from './sidecar.js';

/** A picture of a folder and what the files beside it say about it. */
export interface Described {
  /** Path inside the identity's folder, with forward slashes. */
  readonly id: string;
  readonly path: string;
  /** Name of the sub-folder it lies in, '' for none. */
  readonly folder: string;
  readonly group?: string | undefined;
  readonly landmarks?: {
    readonly points: NonNullable<Sidecar['landmarks']>;
    readonly unit: 'share' | 'pixel';
    readonly from: string;
  };
  /** Path of the mask's file. */
  readonly mask?: string;
}

export interface Description {
  readonly pictures: Described[];
  readonly bad: BadFileError[];
  /** Files that are neither pictures nor belong to one, as paths. */
  readonly unused: string[];
  /** Folders that are too deep to be read, as paths. */
  readonly unread: string[];
  /** Pictures that a landmarks.json names and that are not there, as paths. */
  readonly absent: string[];
  /** Path of the folder's consent.json, if it has one. */
  readonly consent?: string;
}

/** Lists a folder and the folders in it, and matches pictures with sidecars and masks. Throws what node:fs throws on a folder. */
export async function describeFolder(root: string): Promise<Description> {
  const top = await listFolder(root);
  const all: Description = { pictures: [], bad: [], unused: [], unread: [], absent: [] };
  const listings = [top];
  for (const name of top.folders) listings.push(await listFolder(root, name));
  for (const listing of listings) {
    const one = await describeListing(listing);
    for (const key of ['bad', 'unused', 'absent', 'pictures'] as const) (all[key] as unknown[]).push(...one[key]);
    if (listing.name !== '') all.unread.push(...listing.folders.map((name) => join(listing.path, name)));
  }
  const masks = new Set(all.pictures.map(({ mask }) => mask));
  const isMask = (path: string) => masks.has(path);
  return {
    ...all,
    ...(top.files.has(CONSENT_FILE) && { consent: join(root, CONSENT_FILE) }),
    pictures: all.pictures.filter(({ path }) => !isMask(path)),
    unused: all.unused.filter((path) => !isMask(path)),
  };
}

async function describeListing(listing: FolderListing): Promise<Omit<Description, 'unread'>> {
  const { name: folder, path: at, pictures: names, files } = listing;
  const bad: BadFileError[] = [];
  const used = new Set<string>([...names, ...(folder === '' ? [CONSENT_FILE] : [])]);
  const read = async <T>(file: string, parseText: (text: string) => T): Promise<T | undefined> => {
    if (!files.has(file)) return undefined;
    used.add(file);
    const path = join(at, file);
    try {
      return parseText(Buffer.from(await readBytes(path)).toString('utf8'));
    } catch (error) {
      bad.push(
        error instanceof BadFileError
          ? error
          : new BadFileError('FSAE_DATA_SIDECAR_INVALID', path, (error as Error).message),
      );
      return undefined;
    }
  };

  const shared = (await read('landmarks.json', parseFolderLandmarks)) ?? new Map<string, Sidecar>();
  const pictures: Described[] = [];
  for (const name of names) {
    const stem = parse(name).name;
    const own = used.has(`${stem}.json`) || stem === 'landmarks' ? undefined : await read(`${stem}.json`, parseSidecar);
    const mask = own?.mask ?? (files.has(`${stem}.mask.png`) ? `${stem}.mask.png` : undefined);
    if (mask !== undefined) used.add(mask);
    pictures.push({
      id: folder === '' ? name : `${folder}/${name}`,
      path: join(at, name),
      folder,
      group: own?.group ?? shared.get(name)?.group,
      ...placed(own?.landmarks, 'share', join(at, `${stem}.json`)),
      ...(own?.landmarks ? {} : placed(shared.get(name)?.landmarks, 'pixel', join(at, 'landmarks.json'))),
      ...(mask !== undefined && { mask: join(at, mask) }),
    });
  }
  const missing = (name: string) => !files.has(name);
  return {
    pictures,
    bad,
    unused: [...files].filter((file) => !used.has(file)).map((file) => join(at, file)),
    absent: [...shared.keys()].filter(missing).map((file) => join(at, file)),
  };
}

function placed(points: Sidecar['landmarks'], unit: 'share' | 'pixel', from: string): Pick<Described, 'landmarks'> {
  return points ? { landmarks: { points, unit, from } } : {};
}
