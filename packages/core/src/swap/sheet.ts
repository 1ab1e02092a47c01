import type { ResolvedConfig } from '../config/define.js';
import { inject, injectable } from '../container/di.js';
import { CONFIG, IDENTITIES } from '../container/tokens.js';
import type { Face, FaceInfo } from '../contracts/index.js';
import type { IdentityFaces } from '../data/identities.js';
import { Swapper } from './swapper.js';

/** What a preview sheet shows: a caption per column, RGB bytes of size * size * 3 per picture. */
export interface Sheet {
  readonly columns: readonly string[];
  readonly rows: readonly { readonly pictures: readonly Uint8Array[] }[];
  readonly size: number;
}

/**
 * Makes the pictures of a preview. Two identities: the article's six columns (src, src reconstructed, src -> dst,
 * dst -> src, dst reconstructed, dst), with the true swaps beside the swaps where they are known. More than two: one row per source
 * face, one column per decoder.
 */
@injectable()
export class SheetMaker {
  constructor(
    @inject(CONFIG) private readonly config: ResolvedConfig,
    @inject(IDENTITIES) private readonly identities: readonly IdentityFaces[],
    @inject(Swapper) private readonly swapper: Swapper,
  ) {}

  /** `count` held-out faces per identity, spread over the held-out set. */
  async make(count: number): Promise<Sheet> {
    const [a, b, ...others] = this.identities;
    if (a === undefined || b === undefined) throw new RangeError('A preview needs two identities.');
    return others.length === 0 ? this.pair(a, b, count) : this.matrix(count);
  }

  private async pair(a: IdentityFaces, b: IdentityFaces, count: number): Promise<Sheet> {
    const [facesA, facesB] = [spread(a.heldOut, count), spread(b.heldOut, count)];
    const left = await this.columns(a, b, facesA);
    const right = (await this.columns(b, a, facesB)).reverse();
    const columns = [...left, ...right];
    const rows = Math.min(facesA.length, facesB.length);
    return {
      size: this.config.size,
      columns: columns.map(({ caption }) => caption),
      rows: Array.from({ length: rows }, (_, i) => ({
        pictures: columns.map(({ pictures }) => pictures[i] as Uint8Array),
      })),
    };
  }

  /** Source, reconstruction, swap, and the true swap where both datasets know it. */
  private async columns(from: IdentityFaces, to: IdentityFaces, infos: readonly FaceInfo[]) {
    const { size } = this.config;
    const faces = await load(from, infos, size);
    const columns = [
      { caption: from.name, pictures: faces.map(({ image }) => image) },
      { caption: `${from.name} reconstructed`, pictures: await this.swapper.swap(faces, from.name) },
      { caption: `${from.name} → ${to.name}`, pictures: await this.swapper.swap(faces, to.name) },
    ];
    const { dataset } = from;
    if (dataset.truth !== undefined && to.dataset.truth !== undefined) {
      const truth = dataset.truth.bind(dataset);
      const truths = await Promise.all(infos.map((info) => truth(info, to.dataset, size)));
      columns.push({ caption: `true ${from.name} → ${to.name}`, pictures: truths.map(({ image }) => image) });
    }
    return columns;
  }

  private async matrix(count: number): Promise<Sheet> {
    const { size } = this.config;
    const rows: { pictures: Uint8Array[] }[] = [];
    for (const from of this.identities) {
      const faces = await load(from, spread(from.heldOut, Math.max(1, Math.floor(count / 2))), size);
      const decoded = await Promise.all(this.identities.map(({ name }) => this.swapper.swap(faces, name)));
      for (const [i, face] of faces.entries()) {
        rows.push({ pictures: [face.image, ...decoded.map((pictures) => pictures[i] as Uint8Array)] });
      }
    }
    return { size, columns: ['source', ...this.identities.map(({ name }) => `as ${name}`)], rows };
  }
}

function load(identity: IdentityFaces, infos: readonly FaceInfo[], size: number): Promise<Face[]> {
  return Promise.all(infos.map((info) => identity.dataset.load(info, size)));
}

/** Evenly spread: neighbours in a clip look alike. */
function spread<T>(items: readonly T[], count: number): T[] {
  const taken = Math.min(count, items.length);
  return Array.from({ length: taken }, (_, i) => items[Math.floor((i * items.length) / taken)] as T);
}
