import type { AugmentConfig } from '../../config/define.js';
import type { RandomStream } from '../../contracts/index.js';
import type { Resampling } from './sampling.js';
import { cubicUpsampling, linearUpsampling } from './upsampling.js';

type WarpRecipe = NonNullable<AugmentConfig['warpRecipe']>;
type Recipe = (size: number, strength: number, stream: RandomStream) => Resampling;

/**
 * A random warp of the input by name. `strength` scales every recipe; 0 is no warp.
 *
 * - `similarity`: rotation, scale, shift and a smooth 5x5 displacement (docs/guide/data.md has the formula).
 * - `grid`: every point of a 5x5 grid, the border's too, is displaced by N(0, 5 strength size / 256) pixels.
 * - `cells`: the picture is divided in 2x2, 4x4 or 8x8 cells; inner corners move by up to 0.24 strength cells, the border stays.
 */
export function drawWarp(recipe: WarpRecipe, size: number, strength: number, stream: RandomStream): Resampling {
  return recipes[recipe](size, strength, stream);
}

const recipes: Record<WarpRecipe, Recipe> = {
  similarity: (size, strength, stream) => similarityWarp(size, drawSimilarity(strength, stream)),

  grid: (size, strength, stream) => {
    const sigma = (5 * strength * size) / 256;
    return latticeWarp(
      size,
      5,
      Float64Array.from({ length: 50 }, () => sigma * stream.normal()),
    );
  },

  cells: (size, strength, stream) => {
    const cells = 2 << stream.integer(3);
    const nodes = cells + 1;
    const reach = (0.24 * strength * size) / cells;
    const displacement = new Float64Array(2 * nodes * nodes);
    for (let axis = 0; axis < 2; axis++) {
      for (let row = 1; row < cells; row++) {
        for (let column = 1; column < cells; column++) {
          displacement[(axis * nodes + row) * nodes + column] = (reach * truncatedNormal(stream)) / 2.5;
        }
      }
    }
    return latticeWarp(size, nodes, displacement);
  },
};

/** Angle in radians; shift and displacement in units of half the picture (its coordinates run from -1 to 1). */
export interface Similarity {
  readonly angle: number;
  readonly scale: number;
  readonly shift: readonly [x: number, y: number];
  /** [2, 5, 5]: x, then y. */
  readonly displacement: Float64Array;
}

function drawSimilarity(strength: number, stream: RandomStream): Similarity {
  const n = () => Math.min(Math.max(stream.normal(), -2), 2);
  return {
    angle: 0.06 * strength * n(),
    scale: 1 + 0.05 * strength * n(),
    shift: [0.04 * strength * n(), 0.04 * strength * n()],
    displacement: Float64Array.from({ length: 50 }, () => 0.04 * strength * stream.normal()),
  };
}

/**
 * Output pixel p, in [-1, 1], shows the source at scale * R(angle) p + shift + displacement(p), the 5x5 displacement
 * upsampled bicubically. Agrees with torch's affine_grid + interpolate('bicubic') + grid_sample('border'), all of
 * align_corners=False.
 */
export function similarityWarp(size: number, { angle, scale, shift, displacement }: Similarity): Resampling {
  const displace = cubicUpsampling(displacement, 5, size);
  const cosine = scale * Math.cos(angle);
  const sine = scale * Math.sin(angle);
  const half = size / 2;
  // In pixels from the centre: one product less for every pixel.
  const [right, down] = [(shift[0] + 1) * half - 0.5, (shift[1] + 1) * half - 0.5];
  return (y, xs, ys) => {
    displace(y, xs, ys);
    const v = y + 0.5 - half;
    for (let x = 0; x < size; x++) {
      const u = x + 0.5 - half;
      xs[x] = cosine * u - sine * v + half * xs[x]! + right;
      ys[x] = sine * u + cosine * v + half * ys[x]! + down;
    }
  };
}

/**
 * Displaces the `nodes` x `nodes` points of a regular grid that spans the picture from border to border and
 * interpolates between them bilinearly. `displacement` is [2, nodes, nodes] in pixels: x, then y.
 */
export function latticeWarp(size: number, nodes: number, displacement: Float64Array): Resampling {
  const displace = linearUpsampling(displacement, nodes, size);
  return (y, xs, ys) => {
    displace(y, xs, ys);
    for (let x = 0; x < size; x++) {
      xs[x] = xs[x]! + x;
      ys[x] = ys[x]! + y;
    }
  };
}

/** Standard normal, drawn again outside of +-2.5. */
function truncatedNormal(stream: RandomStream): number {
  let value = stream.normal();
  while (Math.abs(value) > 2.5) value = stream.normal();
  return value;
}
