import type { LoadNetworkOptions, MediaRequest } from '@fsae/core';
import type { Detector, Embedder, Landmarker, Masker } from './contracts.js';
import { blazeface } from './detect/blazeface.js';
import { mediaError } from './errors.js';
import { facemesh } from './landmarks/facemesh.js';
import type { Finder } from './landmarks/find.js';
import { hull } from './mask/hull.js';
import { selfie, together } from './mask/selfie.js';
import { type Distances, distancesFrom } from './person/choose.js';
import { mobilefacenet } from './person/mobilefacenet.js';

/** Parts that a caller brings in place of the standard ones; he disposes them. */
export interface Parts {
  readonly detector?: Detector;
  readonly landmarker?: Landmarker;
  readonly masker?: Masker;
  readonly embedder?: Embedder;
}

/** Everything that finds and chooses faces, ready to work. */
export interface OpenParts {
  readonly finder: Finder;
  readonly masker: Masker;
  /** Where one person is meant: how unlike her a face is, and how much is allowed. */
  readonly person?: { readonly distances: Distances; readonly atMost: number };
  dispose(): void;
}

/** Faces of fewer pixels hold too little. */
export const SMALLEST = 64;

const MASKS = ['hull', 'person'];

/** @throws FSAE_NETWORK_..., FSAE_MEDIA_PERSON, FSAE_MEDIA_OPTION */
export async function openParts(request: MediaRequest, given: Parts, root: string): Promise<OpenParts> {
  const { cacheDir, logger, signal, mask = 'hull', person, minSize = SMALLEST } = request;
  if (!MASKS.includes(mask)) throw mediaError('FSAE_MEDIA_OPTION', { option: 'mask', known: MASKS, received: mask });
  const place: Pick<LoadNetworkOptions, 'context' | 'root'> = { context: { cacheDir, logger, signal }, root };
  const opened: { dispose?(): void }[] = [];
  const own = async <T extends { dispose?(): void }>(part: T | undefined, open: () => Promise<T>): Promise<T> => {
    if (part !== undefined) return part;
    const made = await open();
    opened.push(made);
    return made;
  };
  const dispose = () => {
    for (const part of opened.splice(0)) part.dispose?.();
  };
  try {
    const detector = await own(given.detector, () => blazeface({ ...place, smallest: minSize }));
    const landmarker = await own(given.landmarker, () => facemesh(place));
    const finder = { detector, landmarker };
    const masker = await own(given.masker, async () =>
      mask === 'hull' ? hull : together([hull, await selfie(place)]),
    );
    if (person === undefined) return { finder, masker, dispose };
    const embedder = await own(given.embedder, () => mobilefacenet(place));
    const distances = await distancesFrom(person, embedder, finder);
    return { finder, masker, person: { distances, atMost: request.distance ?? embedder.distance }, dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}
