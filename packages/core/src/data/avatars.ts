import { createHash } from 'node:crypto';
import { type Avatar, avatar, frame, type Person, person, regions, samplePose } from '@fsae/avatars';
import * as v from 'valibot';
import type { Dataset, DatasetContext, Face, FaceInfo, Need } from '../contracts/index.js';
import { fsaeError } from '../errors/catalogue.js';
import { defineDataset } from '../plugins/define.js';
import { Cache } from './cache.js';

const wholeFrom = (least: number) => v.pipe(v.number(), v.safeInteger(), v.minValue(least));

const options = v.strictObject({
  /** Which synthetic person, from 1 on. Defaults to the identity's position in the config, the first being 1. */
  person: v.optional(wholeFrom(1)),
  /** How many faces there are. */
  count: v.optional(wholeFrom(2), 1350),
  /** Of the poses. Defaults to the run's seed. */
  seed: v.optional(wholeFrom(0)),
});

/** Synthetic people with exact masks, landmarks and true swaps. No two people share a pose. */
export const avatars = defineDataset({
  options,
  create: (given, context) => new AvatarDataset(given, context),
});

/** How a dataset says which synthetic person it shows: structural, so that two installed copies of core agree. */
const shows: unique symbol = Symbol.for('@fsae/core/avatar');

class AvatarDataset implements Dataset {
  readonly provides = ['mask', 'landmarks'] as const;
  readonly frame = frame;
  readonly regions = regions;
  readonly consent = 'synthetic';
  readonly [shows]: Person;
  readonly #identity: string;
  readonly #context: DatasetContext;
  readonly #avatarAt: (index: number) => Avatar;
  readonly #count: number;
  #avatars: ReadonlyMap<string, Avatar> | undefined;
  #faces: readonly FaceInfo[] | undefined;

  constructor(given: v.InferOutput<typeof options>, context: DatasetContext) {
    const { person: number = context.position + 1, count, seed = context.seed } = given;
    const shown = person(number);
    this[shows] = shown;
    this.#identity = context.identity;
    this.#context = context;
    this.#count = count;
    this.#avatarAt = avatarsOf(number, seed);
  }

  faces(): readonly FaceInfo[] {
    // Every sample is drawn on its own, so each is its own group.
    this.#faces ??= [...this.#byId].map(([id, it]) => ({ id, hash: hashOf(it), group: id }));
    return this.#faces;
  }

  async load(face: FaceInfo, size: number, wanted?: readonly Need[]): Promise<Face> {
    return faceOf(this.#find(face), size, wanted);
  }

  async truth(face: FaceInfo, as: Dataset, size: number, wanted?: readonly Need[]): Promise<Face> {
    if (!isAvatarDataset(as)) throw fsaeError('FSAE_DATA_TRUTH_UNKNOWN', { identity: this.#identity });
    return faceOf(this.#find(face).as(as[shows]), size, wanted);
  }

  strangers(known: readonly Dataset[], count: number): readonly Dataset[] {
    const names = new Set(known.filter(isAvatarDataset).map((dataset) => dataset[shows].name));
    const found: Dataset[] = [];
    for (let number = 1; found.length < count; number++) {
      if (names.has(person(number).name)) continue;
      found.push(new AvatarDataset({ person: number, count: this.#count }, this.#context));
    }
    return found;
  }

  structure(face: FaceInfo): Readonly<Record<string, number>> {
    return { ...this.#find(face).pose };
  }

  get #byId(): ReadonlyMap<string, Avatar> {
    this.#avatars ??= new Map(
      Array.from({ length: this.#count }, (_, index) => [idOf(this[shows], index), this.#avatarAt(index)]),
    );
    return this.#avatars;
  }

  #find({ id }: FaceInfo): Avatar {
    const found = this.#byId.get(id);
    if (!found) throw fsaeError('FSAE_DATA_FACE_UNKNOWN', { identity: this.#identity, face: id });
    return found;
  }
}

/** The person's samples of one seed by index; another person of the same seed takes other poses. */
export function avatarsOf(number: number, seed: number): (index: number) => Avatar {
  const shown = person(number);
  return (index) => avatar(shown, samplePose(seed, number, index));
}

export const idOf = ({ name }: Person, index: number): string => `${name}-${String(index).padStart(6, '0')}`;

const isAvatarDataset = (dataset: Dataset): dataset is Dataset & { readonly [shows]: Person } => shows in dataset;

/**
 * Pictures and masks drawn last, for all datasets: drawing takes longer than anything else that is done with a face, and
 * an evaluation looks at those that the training has just seen. 64 MiB are 5,400 faces of 64 pixels.
 */
const drawn = new Cache<Uint8Array>(64 * 2 ** 20, ({ byteLength }) => byteLength);

async function faceOf(it: Avatar, size: number, wanted: readonly Need[] = ['mask']): Promise<Face> {
  const key = `${hashOf(it)} ${size}`;
  const [image, mask] = await Promise.all([
    drawn.get(`${key} image`, () => it.image(size)),
    wanted.includes('mask') ? drawn.get(`${key} mask`, () => it.mask(size)) : undefined,
  ]);
  return { image, ...(mask && { mask }), landmarks: it.landmarks };
}

const hashOf = ({ person, pose }: Avatar): string =>
  createHash('sha256')
    .update(JSON.stringify([person, pose]))
    .digest('hex');
