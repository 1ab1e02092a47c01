import { type LoadNetworkOptions, loadNetwork } from '@fsae/core';
import * as tf from '@tensorflow/tfjs';
import sharp from 'sharp';
import type { Masker } from '../contracts.js';

export interface SelfieOptions extends Pick<LoadNetworkOptions, 'context' | 'root'> {
  readonly source?: string;
}

const SIDE = 256;

/**
 * Person or background (MediaPipe Selfie Segmentation): the whole person in the crop, hair and neck included. Of use
 * together with the hull, where something large stands before half the face; small things before it count as person.
 * @throws FSAE_NETWORK_...
 */
export async function selfie({ source = 'selfie', ...place }: SelfieOptions): Promise<Masker> {
  const network = await loadNetwork({ source, ...place });
  return {
    name: 'selfie',
    async mask({ width, height, data }) {
      const pixels = await sharp(data, { raw: { width, height, channels: 3 } })
        .resize(SIDE, SIDE, { fit: 'fill' })
        .raw()
        .toBuffer();
      const output = tf.tidy(() => network.apply(tf.div(tf.tensor4d(pixels, [1, SIDE, SIDE, 3]), 255)));
      const values = (await output.data()) as Float32Array;
      output.dispose();
      const bytes = Uint8Array.from(values, (value) => Math.round(value * 255));
      const resized = await sharp(bytes, { raw: { width: SIDE, height: SIDE, channels: 1 } })
        .resize(width, height, { fit: 'fill' })
        .extractChannel(0)
        .raw()
        .toBuffer();
      return Float32Array.from(resized, (value) => value / 255);
    },
    dispose: () => network.dispose(),
  };
}

/** What all of them call the face. */
export function together(maskers: readonly Masker[]): Masker {
  return {
    name: maskers.map(({ name }) => name).join('+'),
    async mask(crop, face) {
      const masks = await Promise.all(maskers.map((masker) => masker.mask(crop, face)));
      return masks.reduce((all, mask) => all.map((value, i) => value * mask[i]!));
    },
    dispose() {
      for (const masker of maskers) masker.dispose?.();
    },
  };
}
