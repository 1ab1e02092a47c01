import type { AugmentConfig } from '../config/define.js';
import type { Dataset, Face, FaceInfo, Need, Random } from '../contracts/index.js';
import { fsaeError } from '../errors/catalogue.js';
import { type Augmented, augment } from './augment.js';
import { Cache } from './cache.js';
import { inParallel } from './parallel.js';
import { type Pick, pickFaces } from './pick.js';

/** One identity as the loader needs it: a prepared dataset and the faces of it to train on. */
export interface LoaderIdentity {
  readonly name: string;
  readonly dataset: Dataset;
  readonly faces: readonly FaceInfo[];
}

export interface LoaderOptions {
  readonly identities: readonly LoaderIdentity[];
  readonly size: number;
  /** Faces per identity and step. */
  readonly batchSize: number;
  readonly augment: Required<AugmentConfig>;
  readonly random: Random;
  /** What a step shows beside pictures, where the datasets provide it; everything when left out. */
  readonly wanted?: readonly Need[];
  /** Memory for decoded faces; 512 MiB (40,000 faces of 64 pixels) when left out. */
  readonly cacheBytes?: number;
}

/** The faces of one step by identity. Arrays hold batchSize faces one after the other, each as `Augmented` has it. */
export interface Batch {
  readonly step: number;
  readonly faces: ReadonlyMap<string, Augmented>;
}

/** Steps whose faces are read ahead. */
const AHEAD = 4;
/** Faces read at a time in warmUp: sharp decodes on libuv's four threads. */
const WIDTH = 8;

/**
 * Batches as a function of the step: any step may be asked for in any order, by any loader of the same seed, and has the
 * same bits. Which faces: `pickFaces`; how they are augmented: stream('augment', step, identity, slot). Masks and
 * landmarks are there when they are wanted and the identity's dataset provides them. Decoded faces are kept in memory,
 * and those of the next steps are read while the trainer computes.
 */
export class Loader {
  readonly #options: LoaderOptions;
  readonly #picks: readonly Pick[];
  readonly #cache: Cache<Face>;
  /** Values of an identity's landmarks: as many for each face as for its first. */
  readonly #points = new Map<string, number>();
  #next: { readonly step: number; readonly batch?: Promise<Batch> } | undefined;

  constructor(options: LoaderOptions) {
    const { identities, batchSize, random, cacheBytes = 512 * 2 ** 20 } = options;
    this.#options = options;
    this.#picks = identities.map(({ faces }, index) => pickFaces(random, index, faces.length, batchSize));
    this.#cache = new Cache(cacheBytes, ({ image, mask, landmarks }) => {
      return image.byteLength + (mask?.byteLength ?? 0) + (landmarks?.byteLength ?? 0);
    });
  }

  /**
   * The faces of a step, from 1. The caller owns the arrays.
   *
   * @throws what the datasets throw; FSAE_DATA_FACE_SHAPE when one breaks its contract.
   */
  async batch(step: number): Promise<Batch> {
    const begun = this.#next?.step === step ? this.#next.batch : undefined;
    this.#next = undefined;
    const batch = await (begun ?? this.#assemble(step));
    this.#lookAhead(step + 1);
    return batch;
  }

  /** Reads as many training faces as fit in memory, so that the first steps need not wait for them. */
  async warmUp(signal?: AbortSignal): Promise<void> {
    const all = this.#options.identities.flatMap((identity) => identity.faces.map((face) => ({ identity, face })));
    await inParallel(all, WIDTH, async ({ identity, face }) => {
      signal?.throwIfAborted();
      if (!this.#cache.full) await this.#load(identity, face);
    });
  }

  dispose(): void {
    this.#next = undefined;
    this.#cache.clear();
  }

  /** Reads the faces of the next steps, and puts the next batch together when the trainer leaves the event loop free. */
  #lookAhead(step: number): void {
    for (let ahead = step; ahead < step + AHEAD; ahead++) {
      for (const faces of this.#pick(ahead)) for (const face of faces) face.catch(saidWhenAskedFor);
    }
    const next = { step };
    this.#next = next;
    setImmediate(() => {
      // Asked for meanwhile, or disposed.
      if (this.#next !== next) return;
      const batch = this.#assemble(step);
      batch.catch(saidWhenAskedFor);
      this.#next = { step, batch };
    });
  }

  async #assemble(step: number): Promise<Batch> {
    const { identities, size, augment: options, random } = this.#options;
    const picked = await Promise.all(this.#pick(step).map((faces) => Promise.all(faces)));
    const faces = picked.map((ofIdentity, identity) => {
      const { name, dataset } = identities[identity]!;
      const batch = room(ofIdentity, size, this.#shown(dataset));
      for (const [slot, face] of ofIdentity.entries()) {
        augment(
          face,
          size,
          options,
          random.stream('augment', step, identity, slot),
          part(batch, slot, ofIdentity.length),
        );
      }
      return [name, batch] as const;
    });
    return { step, faces: new Map(faces) };
  }

  #shown({ provides }: Dataset): readonly Need[] {
    const { wanted = provides } = this.#options;
    return provides.filter((need) => wanted.includes(need));
  }

  /** By identity and slot. */
  #pick(step: number): Promise<Face>[][] {
    const { identities, batchSize } = this.#options;
    return identities.map((identity, index) => {
      const pick = this.#picks[index]!;
      return Array.from({ length: batchSize }, (_, slot) => this.#load(identity, identity.faces[pick(step, slot)]!));
    });
  }

  #load({ name, dataset }: LoaderIdentity, info: FaceInfo): Promise<Face> {
    const { size } = this.#options;
    return this.#cache.get(`${name}\0${info.id}`, async () => {
      const shown = this.#shown(dataset);
      const face = await dataset.load(info, size, shown);
      const points = this.#points.get(name) ?? (face.landmarks?.length || 136);
      this.#points.set(name, points);
      check(face, { identity: name, face: info.id }, size, points, shown);
      return face;
    });
  }
}

/** A face that could not be read ahead is read again, and complained about, when its step comes. */
function saidWhenAskedFor(): void {}

/** Datasets are plugins: a face of another size would be read as noise. */
function check(
  face: Face,
  where: { identity: string; face: string },
  size: number,
  points: number,
  shown: readonly Need[],
): void {
  const expect = (part: string, expected: number, received = 0) => {
    if (received !== expected) throw fsaeError('FSAE_DATA_FACE_SHAPE', { ...where, part, expected, received });
  };
  expect('image', size * size * 3, face.image.length);
  if (shown.includes('mask')) expect('mask', size * size, face.mask?.length);
  if (shown.includes('landmarks')) expect('landmarks', points, face.landmarks?.length);
}

function room(faces: readonly Face[], size: number, shown: readonly Need[]): Augmented {
  const floats = (count: number) => new Float32Array(faces.length * count);
  return {
    input: floats(size * size * 3),
    target: floats(size * size * 3),
    ...(shown.includes('mask') && { mask: floats(size * size) }),
    ...(shown.includes('landmarks') && { landmarks: floats(faces[0]!.landmarks!.length) }),
  };
}

/** The memory of one face of a batch. */
function part({ input, target, mask, landmarks }: Augmented, slot: number, of: number): Augmented {
  const slice = (all: Float32Array) => all.subarray((slot * all.length) / of, ((slot + 1) * all.length) / of);
  return {
    input: slice(input),
    target: slice(target),
    ...(mask && { mask: slice(mask) }),
    ...(landmarks && { landmarks: slice(landmarks) }),
  };
}
