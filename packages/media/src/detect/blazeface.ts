import { type FrozenNetwork, type LoadNetworkOptions, loadNetwork } from '@fsae/core';
import * as tf from '@tensorflow/tfjs';
import sharp from 'sharp';
import type { Detection, Detector, Raster } from '../contracts.js';
import { decode, SIDE } from './anchors.js';
import { distinct } from './overlap.js';
import { type Tile, tilesOf } from './tiles.js';

export type NetworkPlace = Pick<LoadNetworkOptions, 'context' | 'root'>;

export interface BlazefaceOptions extends NetworkPlace {
  /** A TensorFlow.js model.json of the same form in place of the catalogue's. */
  readonly source?: string;
  /** Score of a face, 0..1. */
  readonly threshold?: number;
  /** Faces of fewer pixels need not be found; the smaller, the longer it takes. Infinity: look at the whole picture only. */
  readonly smallest?: number;
}

/**
 * BlazeFace (Bazarevsky et al. 2019) on the whole picture and, for small faces in large pictures, on parts of it.
 * @throws FSAE_NETWORK_...
 */
export async function blazeface(options: BlazefaceOptions): Promise<Detector> {
  const { source = 'blazeface', threshold = 0.5, smallest = Number.POSITIVE_INFINITY, ...place } = options;
  const network = await loadNetwork({ source, ...place });
  return {
    name: 'blazeface',
    async detect(picture) {
      const found: Detection[] = [];
      for (const tile of tilesOf(picture.width, picture.height, smallest)) {
        found.push(...(await detectIn(network, picture, tile, threshold)));
      }
      return distinct(found);
    },
    dispose: () => network.dispose(),
  };
}

async function detectIn(
  network: FrozenNetwork,
  picture: Raster,
  tile: Tile,
  threshold: number,
): Promise<readonly Detection[]> {
  const pixels = await shrunk(picture, tile);
  const output = tf.tidy(() => network.apply(tf.div(tf.tensor4d(pixels, [1, SIDE, SIDE, 3]), 255)));
  const values = (await output.data()) as Float32Array;
  output.dispose();
  const scale = tile.side / SIDE;
  return decode(values, threshold)
    .map(({ score, region: { centre, side, roll } }) => ({
      score,
      region: {
        centre: [tile.left + centre[0] * scale, tile.top + centre[1] * scale] as const,
        side: side * scale,
        roll,
      },
    }))
    .filter(({ region }) => !cutByTile(region, tile, picture));
}

/** A face at the edge of a part is found whole in another part, or in the whole picture. */
function cutByTile({ centre, side }: Detection['region'], tile: Tile, picture: Raster): boolean {
  const half = side / 2;
  const [x, y] = centre;
  return (
    (tile.left > 0 && x - half < tile.left) ||
    (tile.top > 0 && y - half < tile.top) ||
    (tile.left + tile.side < picture.width && x + half > tile.left + tile.side) ||
    (tile.top + tile.side < picture.height && y + half > tile.top + tile.side)
  );
}

/** The tile at the network's size, black where it reaches over the picture. */
async function shrunk({ width, height, data }: Raster, { left, top, side }: Tile): Promise<Uint8Array> {
  const [columns, rows] = [Math.min(side, width - left), Math.min(side, height - top)];
  const fit = (length: number) => Math.max(1, Math.round((length * SIDE) / side));
  return sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false })
    .extract({ left, top, width: columns, height: rows })
    .resize(fit(columns), fit(rows), { fit: 'fill' })
    .extend({ right: SIDE - fit(columns), bottom: SIDE - fit(rows), background: '#000' })
    .raw()
    .toBuffer();
}
