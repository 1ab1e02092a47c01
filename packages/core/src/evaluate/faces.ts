import type {
  Box,
  Casting,
  Dataset,
  EvaluationSet,
  FaceInfo,
  Picture,
  Random,
  ReconstructedFaces,
  Structure,
  SwappedFaces,
} from '../contracts/index.js';
import type { IdentityFaces } from '../data/identities.js';
import { meanFace } from '../data/mean-face.js';
import type { Autoencoder } from '../model/autoencoder.js';
import { castingOf, type Play, rehearse } from './casting.js';
import { load, spread, tensorOf } from './load.js';

/** Pictures of one identity that are held in memory at a time, in bytes: as many faces as this allows are measured. */
const BYTES = 2 ** 30;
/** Source, reconstruction, swap and truth of a face. */
const PICTURES = 4;
/**
 * Faces that go through the model at once. The demo's 150 held-out and 600 training faces leave no smaller batch, for
 * which every graph would be compiled once more.
 */
const BATCH = 30;

export interface FacesOptions {
  readonly model: Pick<Autoencoder, 'translate'>;
  readonly identities: readonly IdentityFaces[];
  readonly size: number;
  readonly random: Random;
  /** Training faces of each identity that a metric may learn from. */
  readonly learnFrom: number;
}

/** Faces of a run and what its model makes of them: everything that metrics look at but latents. */
export class EvaluatedFaces implements EvaluationSet {
  readonly size: number;
  readonly identities: readonly string[];
  readonly random: Random;
  readonly #model: FacesOptions['model'];
  readonly #faces: ReadonlyMap<string, IdentityFaces>;
  readonly #limit: number;
  readonly #means = new Map<string, Promise<Picture>>();
  readonly #training = new Map<string, Promise<ReconstructedFaces>>();
  readonly #heldOut = new Map<string, Promise<ReconstructedFaces>>();
  #plays: Promise<readonly Play[]> | undefined;

  /** How many faces of this size an evaluation holds at once, of each identity. */
  static capacity(size: number): number {
    return Math.floor(BYTES / (PICTURES * 4 * 3 * size * size));
  }

  constructor({ model, identities, size, random, learnFrom }: FacesOptions) {
    this.#limit = Math.min(learnFrom, EvaluatedFaces.capacity(size));
    this.size = size;
    this.random = random;
    this.identities = identities.map(({ name }) => name);
    this.#model = model;
    this.#faces = new Map(identities.map((identity) => [identity.name, identity]));
  }

  dataset(identity: string): Dataset {
    return this.#find(identity).dataset;
  }

  regions(identity: string): Readonly<Record<string, Box>> {
    return this.dataset(identity).regions ?? {};
  }

  meanFace(identity: string): Promise<Picture> {
    const faces = this.#find(identity);
    // Where the faces to learn from are all that there are, nobody has to draw or decode them twice.
    const all = faces.training.length <= this.#limit;
    return once(this.#means, identity, async () =>
      all ? meanOf((await this.training(identity)).source) : meanFace(faces, this.size),
    );
  }

  training(identity: string): Promise<ReconstructedFaces> {
    const { training } = this.#find(identity);
    return once(this.#training, identity, () => this.#reconstructed(identity, spread(training, this.#limit)));
  }

  heldOut(identity: string): Promise<ReconstructedFaces> {
    return once(this.#heldOut, identity, () => this.#reconstructed(identity, this.#find(identity).heldOut));
  }

  async swapped(from: string, to: string): Promise<SwappedFaces> {
    const { groups, source, structure } = await this.heldOut(from);
    const swap = await this.decode(source, to);
    const truth = await this.#truth(from, to);
    return { from, to, groups, source, swap, ...defined({ truth, structure }) };
  }

  /** `to`'s own reconstructions in the place of swaps. */
  async ownAsSwap(to: string): Promise<SwappedFaces> {
    const { groups, source, reconstruction, structure } = await this.heldOut(to);
    const truth = this.dataset(to).truth === undefined ? undefined : source;
    return { from: to, to, groups, source, swap: reconstruction, ...defined({ truth, structure }) };
  }

  /** The same poses played by many people, all decoded as `to`; nothing where the datasets cannot show them. */
  async casting(to: string): Promise<Casting | undefined> {
    this.#plays ??= rehearse([...this.#faces.values()], this.size);
    const plays = await this.#plays;
    return plays.length === 0 ? undefined : castingOf(to, plays, (pictures) => this.decode(pictures, to));
  }

  /** decoder(to) of what the encoder sees in each picture. */
  async decode(pictures: readonly Picture[], to: string): Promise<Picture[]> {
    const length = this.size * this.size * 3;
    const decoded: Picture[] = [];
    for (let start = 0; start < pictures.length; start += BATCH) {
      const input = tensorOf(pictures.slice(start, start + BATCH), this.size);
      const output = this.#model.translate(input, to);
      const values = (await output.data()) as Float32Array;
      for (let i = 0; i < values.length; i += length) decoded.push(values.slice(i, i + length));
      input.dispose();
      output.dispose();
    }
    return decoded;
  }

  #find(identity: string): IdentityFaces {
    const found = this.#faces.get(identity);
    if (found === undefined) throw new RangeError(`No identity "${identity}" in this evaluation.`);
    return found;
  }

  async #reconstructed(identity: string, infos: readonly FaceInfo[]): Promise<ReconstructedFaces> {
    const { dataset } = this.#find(identity);
    const source = await load(infos, (face) => dataset.load(face, this.size, []));
    return {
      identity,
      groups: infos.map(({ id, group }) => group ?? id),
      source,
      reconstruction: await this.decode(source, identity),
      ...defined({ structure: structureOf(dataset, infos) }),
    };
  }

  async #truth(from: string, to: string): Promise<readonly Picture[] | undefined> {
    const { dataset, heldOut } = this.#find(from);
    const target = this.dataset(to);
    if (dataset.truth === undefined || target.truth === undefined) return undefined;
    const truth = dataset.truth.bind(dataset);
    return load(heldOut, (face) => truth(face, target, this.size, []));
  }
}

function meanOf(pictures: readonly Picture[]): Picture {
  const sum = new Float64Array(pictures[0]?.length ?? 0);
  for (const picture of pictures) for (let k = 0; k < sum.length; k++) sum[k]! += picture[k]!;
  return Float32Array.from(sum, (value) => value / pictures.length);
}

function structureOf(dataset: Dataset, infos: readonly FaceInfo[]): Structure | undefined {
  if (dataset.structure === undefined) return undefined;
  const known = infos.map((face) => dataset.structure?.(face) ?? {});
  const names = Object.keys(known[0] ?? {});
  return { names, values: known.map((numbers) => names.map((name) => numbers[name] as number)) };
}

function once<T>(made: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const found = made.get(key) ?? make();
  made.set(key, found);
  return found;
}

/** Without the keys that hold nothing: an optional property is there or it is not. */
function defined<T extends object>(values: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}
