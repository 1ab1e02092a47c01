import type { Dataset, Face, FaceInfo, Need } from '../contracts/index.js';
import { fsaeError } from '../errors/catalogue.js';
import type { IdentityFaces } from './identities.js';

/**
 * An identity whose held-out faces come from another dataset: what it trained on stays where it was.
 * @throws FSAE_EVALUATE_OVERLAP when one of the other dataset's faces was trained on, by its content
 */
export function besideTraining(
  identity: IdentityFaces,
  other: Dataset,
  trained: ReadonlyMap<string, string>,
): IdentityFaces {
  const heldOut = other.faces();
  const overlap = heldOut.filter(({ hash }) => trained.has(hash));
  const [first] = overlap;
  if (first !== undefined) {
    throw fsaeError('FSAE_EVALUATE_OVERLAP', {
      identity: identity.name,
      count: overlap.length,
      of: heldOut.length,
      face: first.id,
      trained: trained.get(first.hash) ?? '',
    });
  }
  return { ...identity, dataset: new Beside(identity.dataset, other, heldOut), heldOut };
}

/** Two datasets of one person: each face is loaded by the one that it is from. */
class Beside implements Dataset {
  readonly provides: Dataset['provides'];
  readonly frame?: NonNullable<Dataset['frame']>;
  readonly regions?: NonNullable<Dataset['regions']>;
  readonly #own: Dataset;
  readonly #other: Dataset;
  readonly #others: ReadonlySet<FaceInfo>;

  constructor(own: Dataset, other: Dataset, others: readonly FaceInfo[]) {
    this.#own = own;
    this.#other = other;
    this.#others = new Set(others);
    this.provides = own.provides.filter((need) => other.provides.includes(need));
    const { frame = own.frame, regions = own.regions } = other;
    if (frame !== undefined) this.frame = frame;
    if (regions !== undefined) this.regions = regions;
  }

  faces(): readonly FaceInfo[] {
    return [...this.#own.faces(), ...this.#others];
  }

  load(face: FaceInfo, size: number, wanted?: readonly Need[]): Promise<Face> {
    return (this.#others.has(face) ? this.#other : this.#own).load(face, size, wanted);
  }

  dispose(): void {
    this.#other.dispose?.();
  }
}
