import type { Picture, Random, Structure } from '../contracts/index.js';
import { quantile } from './bootstrap.js';
import { KernelRidge } from './kernel-ridge.js';

/** Share of a number's variance that can be read off pictures: 1 is all, 0 is no better than always saying the mean. */
export interface Explained {
  readonly name: string;
  readonly r2: number;
  readonly low: number;
  readonly high: number;
}

const RESAMPLES = 500;

/** A reader of pose and expression, trained on a decoder's own pictures of faces whose structure is known. */
export class StructureReader {
  readonly #regression: KernelRidge;
  readonly #names: readonly string[];

  constructor(
    pictures: readonly Picture[],
    { names, values }: Structure,
    private readonly size: number,
  ) {
    this.#names = names;
    this.#regression = new KernelRidge(
      pictures.map((picture) => halved(picture, size)),
      values,
    );
  }

  #read(picture: Picture): number[] {
    return this.#regression.predict(halved(picture, this.size));
  }

  /** How well the pictures show the structure that they should, with 95 % bootstrap intervals over faces. */
  explain(pictures: readonly Picture[], { values }: Structure, random: Random): Explained[] {
    // The mean face is one picture for all.
    const known = new Map([...new Set(pictures)].map((picture) => [picture, this.#read(picture)]));
    const read = pictures.map((picture) => known.get(picture)!);
    const stream = random.stream('structure', pictures.length);
    const samples = Array.from({ length: RESAMPLES }, () => pictures.map(() => stream.integer(pictures.length)));
    const all = pictures.map((_, i) => i);
    return this.#names.map((name, k) => {
      const r2 = (faces: readonly number[]) => explained(faces.map((i) => [at(values, i, k), at(read, i, k)]));
      // The same face drawn each time has no variance to explain.
      const resampled = samples
        .map(r2)
        .filter(Number.isFinite)
        .sort((a, b) => a - b);
      return { name, r2: r2(all), low: quantile(resampled, 0.025), high: quantile(resampled, 0.975) };
    });
  }
}

function at(rows: readonly (readonly number[])[], i: number, k: number): number {
  return (rows[i] as readonly number[])[k] as number;
}

function explained(pairs: readonly (readonly [truth: number, read: number])[]): number {
  const mean = pairs.reduce((sum, [truth]) => sum + truth, 0) / pairs.length;
  const total = pairs.reduce((sum, [truth]) => sum + (truth - mean) ** 2, 0);
  return 1 - pairs.reduce((sum, [truth, read]) => sum + (truth - read) ** 2, 0) / total;
}

/** Means of 2x2 pixels: what matters here is coarse, and distances cost a quarter. */
function halved(picture: Picture, size: number): Float32Array {
  const half = Math.floor(size / 2);
  const result = new Float32Array(half * half * 3);
  for (let row = 0; row < half; row++) {
    for (let column = 0; column < half; column++) {
      for (let c = 0; c < 3; c++) {
        const i = ((2 * row * size + 2 * column) * 3 + c) | 0;
        const below = i + size * 3;
        result[(row * half + column) * 3 + c] =
          ((picture[i] as number) +
            (picture[i + 3] as number) +
            (picture[below] as number) +
            (picture[below + 3] as number)) /
          4;
      }
    }
  }
  return result;
}
