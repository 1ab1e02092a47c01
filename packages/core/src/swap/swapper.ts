import type { ResolvedConfig } from '../config/define.js';
import { inject, injectable } from '../container/di.js';
import { CONFIG, MODEL } from '../container/tokens.js';
import type { Face } from '../contracts/index.js';
import { picturesOf } from '../data/pictures.js';
import { fsaeError } from '../errors/catalogue.js';
import type { Autoencoder } from '../model/autoencoder.js';

/** Faces that go through the model at once. */
const BATCH = 16;

/**
 * Up to the next power of two: a backend that compiles does so once for every number of faces, and the last batches of a
 * film's pictures have all of them.
 */
function filledUp(faces: readonly Face[]): Face[] {
  const wanted = 2 ** Math.ceil(Math.log2(faces.length));
  return Array.from({ length: wanted }, (_, i) => faces[Math.min(i, faces.length - 1)]!);
}

/** Aligned faces in, the same pose and expression as another identity out. Needs a model and nothing else. */
@injectable()
export class Swapper {
  constructor(
    @inject(CONFIG) private readonly config: ResolvedConfig,
    @inject(MODEL) private readonly model: Autoencoder,
  ) {}

  /**
   * RGB bytes of size * size * 3 each, in the order of `faces`.
   * @throws FSAE_EVALUATE_IDENTITY when the model has no decoder of that name
   */
  async swap(faces: readonly Face[], to: string): Promise<Uint8Array[]> {
    this.check(to);
    const { size } = this.config;
    const pictures: Uint8Array[] = [];
    for (let start = 0; start < faces.length; start += BATCH) {
      const batch = faces.slice(start, start + BATCH);
      const input = picturesOf(filledUp(batch), size);
      const output = this.model.translate(input, to);
      const values = await output.data();
      input.dispose();
      output.dispose();
      const length = size * size * 3;
      for (let first = 0; first < batch.length * length; first += length) {
        pictures.push(Uint8Array.from(values.slice(first, first + length), (value) => Math.round(value * 255)));
      }
    }
    return pictures;
  }

  /** Both names must be identities that the model was trained on. */
  check(...identities: readonly string[]): void {
    for (const identity of identities) {
      if (!this.model.identities.includes(identity)) {
        throw fsaeError('FSAE_EVALUATE_IDENTITY', { identity, known: this.model.identities });
      }
    }
  }
}
