import { type LoadNetworkOptions, loadNetwork } from '@fsae/core';
import * as tf from '@tensorflow/tfjs';
import { apply, type Similarity } from '../align/similarity.js';
import { crop } from '../align/warp.js';
import type { Landmarker, LocatedFace, Point, Raster, Region } from '../contracts.js';
import { eyesOf, landmarksOf, MESH_POINTS, ovalOf } from './mesh.js';

export interface FacemeshOptions extends Pick<LoadNetworkOptions, 'context' | 'root'> {
  /** A TensorFlow.js model.json of the same form in place of the catalogue's. */
  readonly source?: string;
}

const SIDE = 192;
/** The network wants a quarter of the face's square around it. */
const ENLARGED = 1.5;
/** A score, then x, y, z of each point in pixels of its input. */
const VALUES = 1 + 3 * MESH_POINTS;

/**
 * MediaPipe's face mesh of 468 points (Kartynnik et al. 2019), of which 68 stand for iBUG's. Its points are as steady as
 * the region is: locate again in the region that it gives back.
 * @throws FSAE_NETWORK_...
 */
export async function facemesh({ source = 'facemesh', ...place }: FacemeshOptions): Promise<Landmarker> {
  const network = await loadNetwork({
    source,
    ...place,
    description: { output: ['Identity_1', 'Identity_2'], input: { mean: 0, scale: 255, order: 'rgb' } },
  });
  return {
    name: 'facemesh',
    async locate(picture, regions) {
      if (regions.length === 0) return [];
      const views = regions.map((region) => viewOf(region));
      const input = batchOf(views.map((view) => crop(picture, view, SIDE)));
      const output = tf.tidy(() => network.apply(tf.div(input, 255)));
      const values = (await output.data()) as Float32Array;
      tf.dispose([input, output]);
      return views.map((view, i) => read(values.subarray(i * VALUES, (i + 1) * VALUES), view));
    },
    dispose: () => network.dispose(),
  };
}

/** From pixels of the network's picture to the picture's. */
function viewOf({ centre: [x, y], side, roll }: Region): Similarity {
  const scale = (side * ENLARGED) / SIDE;
  const [a, b] = [scale * Math.cos(roll), scale * Math.sin(roll)];
  const half = SIDE / 2;
  return { a, b, x: x - a * half + b * half, y: y - b * half - a * half };
}

function batchOf(views: readonly Raster[]): tf.Tensor4D {
  const bytes = new Uint8Array(views.length * SIDE * SIDE * 3);
  for (const [i, { data }] of views.entries()) bytes.set(data, i * data.length);
  return tf.tensor4d(bytes, [views.length, SIDE, SIDE, 3]);
}

function read(values: Float32Array, view: Similarity): LocatedFace {
  const seen = Array.from({ length: MESH_POINTS }, (_, i): Point => [values[1 + 3 * i]!, values[2 + 3 * i]!]);
  const mesh = seen.map((point) => apply(view, point));
  return {
    landmarks: landmarksOf(mesh),
    outline: ovalOf(mesh),
    score: Math.min(1, Math.max(0, values[0]!)),
    region: regionOf(mesh),
  };
}

/** The square around the mesh, turned so that the eyes are level. */
function regionOf(mesh: readonly Point[]): Region {
  const [left, right] = eyesOf(mesh);
  const roll = Math.atan2(right[1] - left[1], right[0] - left[0]);
  const upright = { a: Math.cos(roll), b: -Math.sin(roll), x: 0, y: 0 };
  const turned = mesh.map((point) => apply(upright, point));
  const [xs, ys] = [turned.map(([x]) => x), turned.map(([, y]) => y)];
  const [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const centre = apply({ ...upright, b: -upright.b }, [(x0 + x1) / 2, (y0 + y1) / 2]);
  return { centre, side: Math.max(x1 - x0, y1 - y0), roll };
}
