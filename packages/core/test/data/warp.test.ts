import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { mixColours } from '../../src/data/augment/colour.js';
import { type Resampling, resample } from '../../src/data/augment/sampling.js';
import { drawWarp, latticeWarp, similarityWarp } from '../../src/data/augment/warp.js';
import { createRandom } from '../../src/training/random.js';
import { normals } from './stream.js';

interface Fixture {
  readonly warps: readonly {
    readonly size: number;
    readonly angle: number;
    readonly scale: number;
    readonly shift: readonly [number, number];
    readonly displacement: readonly number[];
    readonly bytes: readonly number[];
    readonly warped: readonly number[];
  }[];
  readonly colour: Readonly<Record<'normal' | 'picture' | 'mixed', readonly number[]>> & { readonly strength: number };
}

/** Made by scripts/fixtures/warp.py. */
const torch: Fixture = JSON.parse(readFileSync(new URL('fixtures/warp.json', import.meta.url), 'utf8'));
const random = createRandom(1);

function placesOf(resampling: Resampling, size: number): { x: number[]; y: number[] } {
  const places = { x: [] as number[], y: [] as number[] };
  const [xs, ys] = [new Float64Array(size), new Float64Array(size)];
  for (let row = 0; row < size; row++) {
    resampling(row, xs, ys);
    places.x.push(...xs);
    places.y.push(...ys);
  }
  return places;
}

function rowOf(resampling: Resampling, size: number, row: number): Float64Array {
  const xs = new Float64Array(size);
  resampling(row, xs, new Float64Array(size));
  return xs;
}

describe('similarity', () => {
  test.each(torch.warps)('agrees with PyTorch: $size pixels, angle $angle', (fixture) => {
    const { size, angle, scale, shift, displacement, bytes, warped } = fixture;
    const given = { angle, scale, shift, displacement: Float64Array.from(displacement) };
    const out = new Float32Array(bytes.length);
    resample(
      Float32Array.from(bytes, (byte) => byte / 255),
      size,
      3,
      similarityWarp(size, given),
      out,
    );
    const worst = out.reduce((most, value, i) => Math.max(most, Math.abs(value - warped[i]!)), 0);
    expect(worst).toBeLessThan(1e-5);
  });

  test('draws angle, scale, shift and displacement by the recipe, the first four clamped to two sigma', () => {
    const size = 8;
    const drawn = drawWarp('similarity', size, 0.5, normals([3, -3, 1, 0.5, ...new Array(50).fill(0.25)]));
    const given = similarityWarp(size, {
      angle: 0.06 * 0.5 * 2,
      scale: 1 - 0.05 * 0.5 * 2,
      shift: [0.04 * 0.5, 0.04 * 0.5 * 0.5],
      displacement: new Float64Array(50).fill(0.04 * 0.5 * 0.25),
    });
    expect(placesOf(drawn, size)).toEqual(placesOf(given, size));
  });
});

describe('grid', () => {
  test('moves points of the border as far as others: N(0, 5 size / 256) pixels at the nodes', () => {
    // An odd size of 4 n + 1 pixels has no pixel on the nodes but at the centre; the displacement there is the node's own.
    const size = 65;
    const deviationAt = (row: number) => {
      const moves = Array.from({ length: 4000 }, (_, i) => {
        return rowOf(drawWarp('grid', size, 1, random.stream('grid', i)), size, row)[row]! - row;
      });
      return Math.sqrt(moves.reduce((sum, move) => sum + move * move, 0) / moves.length);
    };
    expect(deviationAt(32)).toBeCloseTo((5 * 65) / 256, 1);
    // The pixel of the corner lies 1/2 pixel = 2/65 cells from its node: weight 63/65 along each axis, the rest to the next ones.
    const weights = (63 / 65) ** 2 + (2 / 65) ** 2;
    expect(deviationAt(0)).toBeCloseTo(((5 * 65) / 256) * weights, 1);
  });

  test('a constant displacement is a plain shift: no half pixel is lost', () => {
    const { x, y } = placesOf(latticeWarp(8, 5, new Float64Array(50).fill(1.5)), 8);
    expect(x.slice(0, 8)).toEqual([1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5]);
    expect(y[8]).toBe(2.5);
  });
});

describe('cells', () => {
  test('leaves the border of the picture where it is and moves inner corners by at most 0.24 cells', () => {
    const size = 64;
    const cellsSeen = new Set<number>();
    let [furthest, inwards] = [0, 0];
    for (let i = 0; i < 300; i++) {
      const stream = random.stream('cells', i);
      const cells = 2 << random.stream('cells', i).integer(3);
      cellsSeen.add(cells);
      const { x, y } = placesOf(drawWarp('cells', size, 1, stream), size);
      const cell = size / cells;
      for (let at = 0; at < size * size; at++) {
        const [column, row] = [at % size, Math.floor(at / size)];
        const move = Math.max(Math.abs(x[at]! - column), Math.abs(y[at]! - row)) / cell;
        furthest = Math.max(furthest, move);
        const toBorder = (Math.min(column, row, size - 1 - column, size - 1 - row) + 0.5) / cell;
        // Bilinear between a border that stays and nodes one cell inside.
        if (toBorder < 1) inwards = Math.max(inwards, move / toBorder);
      }
    }
    expect([...cellsSeen].sort()).toEqual([2, 4, 8]);
    expect(furthest).toBeLessThanOrEqual(0.24);
    expect(furthest).toBeGreaterThan(0.2);
    expect(inwards).toBeLessThanOrEqual(0.24 + 1e-9);
  });

  test('the jitter of a node has the deviation of a normal cut at 2.5 sigma: 0.955 * 0.24 / 2.5 cells', () => {
    // One node in the middle of 2x2 cells; the pixel left above of it is half a pixel off.
    const size = 64;
    const moves: number[] = [];
    for (let i = 0; moves.length < 3000; i++) {
      if (random.stream('jitter', i).integer(3) !== 0) continue;
      const x = rowOf(drawWarp('cells', size, 1, random.stream('jitter', i)), size, 31)[31]!;
      moves.push((x - 31) / (31.5 / 32) ** 2);
    }
    const deviation = Math.sqrt(moves.reduce((sum, move) => sum + move * move, 0) / moves.length);
    expect(deviation / ((0.955 * 0.24 * 32) / 2.5)).toBeCloseTo(1, 1);
  });
});

test('outside of the picture its border repeats', () => {
  const size = 4;
  const picture = Float32Array.from({ length: 16 }, (_, i) => i);
  const out = new Float32Array(16);
  const away: Resampling = (y, xs, ys) => {
    for (let x = 0; x < size; x++) [xs[x], ys[x]] = [x - 10, y + 2];
  };
  resample(picture, size, 1, away, out);
  expect([...out]).toEqual([8, 8, 8, 8, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12]);
});

test('colour mixing agrees with PyTorch', () => {
  const { strength, normal, picture, mixed } = torch.colour;
  const out = Float32Array.from(picture);
  mixColours(out, strength, normals(normal));
  for (const [i, value] of mixed.entries()) expect(out[i]).toBeCloseTo(value, 5);
});
