import type { Raster } from '../contracts.js';
import { greyOf } from './sharpness.js';

/** Side of the thumbnails that are compared. */
const SIDE = 16;

/** Grey levels of a crop, SIDE * SIDE. */
export function thumbnailOf({ width, data }: Raster): Uint8Array {
  const grey = greyOf(data);
  const cell = width / SIDE;
  return Uint8Array.from({ length: SIDE * SIDE }, (_, i) => {
    const [left, top] = [(i % SIDE) * cell, Math.floor(i / SIDE) * cell];
    let [sum, count] = [0, 0];
    for (let row = Math.floor(top); row < top + cell; row++) {
      for (let column = Math.floor(left); column < left + cell; column++) {
        sum += grey[row * width + column]!;
        count++;
      }
    }
    return Math.round(sum / count);
  });
}

/** Remembers faces, and tells whether one was there before. */
export class Duplicates {
  readonly #atMost: number;
  /** By mean grey level: pictures whose means differ by more cannot be alike. */
  readonly #seen = new Map<number, { readonly name: string; readonly thumbnail: Uint8Array }[]>();

  /** @param atMost mean difference in grey levels up to which two faces are the same */
  constructor(atMost: number) {
    this.#atMost = atMost;
  }

  /** The name of a face that this one differs from by no more than is allowed. */
  find(thumbnail: Uint8Array): string | undefined {
    if (this.#atMost <= 0) return undefined;
    const mean = meanOf(thumbnail);
    for (let bin = Math.floor(mean - this.#atMost); bin <= mean + this.#atMost; bin++) {
      const same = this.#seen.get(bin)?.find((other) => difference(other.thumbnail, thumbnail) <= this.#atMost);
      if (same !== undefined) return same.name;
    }
    return undefined;
  }

  add(name: string, thumbnail: Uint8Array): void {
    const bin = Math.floor(meanOf(thumbnail));
    const bins = this.#seen.get(bin);
    if (bins === undefined) this.#seen.set(bin, [{ name, thumbnail }]);
    else bins.push({ name, thumbnail });
  }
}

function meanOf(thumbnail: Uint8Array): number {
  return thumbnail.reduce((sum, value) => sum + value, 0) / thumbnail.length;
}

function difference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;
}
