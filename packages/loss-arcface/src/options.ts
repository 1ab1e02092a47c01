import type { Box, NetworkInput } from '@fsae/core';
import * as v from 'valibot';

export interface ArcfaceOptions {
  /**
   * The recogniser: a name of `fsae models list`; a path of a TensorFlow.js model.json, relative to the config
   * file's folder; npm:package/path/model.json; or https://.../model.json#sha256=HEX. 'avatars' is inside this package.
   * Defaults to 'mobilefacenet'.
   */
  readonly model: string;
  /** The embedding that a swap is to have: of a real face of the batch, or the mean of all training faces. Defaults to 'batch'. */
  readonly against: 'batch' | 'centroid';
  /** Adds max(0, cosine to the person who gives pose and expression - margin). Defaults to false. */
  readonly repel: boolean;
  /** Cosine up to which that likeness costs nothing. Defaults to the recogniser's mean for two people, 0 where that is not known. */
  readonly margin?: number;
  /** How faces are cut out for the recogniser: as 'arcface' or 'dlib' do it, the 'whole' picture, or a box in 0..1. Defaults to the recogniser's own. */
  readonly crop?: 'arcface' | 'dlib' | 'whole' | Box;
  /** What the recogniser's pixels are to be: (255 x - mean) / scale. Defaults to what is known of it, else to mean 127.5, scale 128, RGB. */
  readonly input?: NetworkInput;
  /** The node of a GraphModel that holds the embedding. Needed where a graph has several outputs. */
  readonly output?: string;
}

declare module '@fsae/core' {
  interface LossOptions {
    arcface: ArcfaceOptions;
  }
}

const fraction = v.pipe(v.number(), v.finite());
const channels = v.union([fraction, v.tuple([fraction, fraction, fraction])]);

const box = v.pipe(
  v.strictObject({ left: fraction, top: fraction, right: fraction, bottom: fraction }),
  v.check(
    ({ left, top, right, bottom }) => left < right && top < bottom,
    'Expected left below right and top below bottom',
  ),
);

export const options = v.strictObject({
  model: v.optional(v.pipe(v.string(), v.nonEmpty()), 'mobilefacenet'),
  against: v.optional(v.picklist(['batch', 'centroid']), 'batch'),
  repel: v.optional(v.boolean(), false),
  margin: v.exactOptional(v.pipe(v.number(), v.minValue(-1), v.maxValue(1))),
  crop: v.exactOptional(v.union([v.picklist(['arcface', 'dlib', 'whole']), box])),
  input: v.exactOptional(
    v.strictObject({
      mean: channels,
      scale: v.pipe(v.number(), v.gtValue(0)),
      order: v.picklist(['rgb', 'bgr']),
    }),
  ),
  output: v.exactOptional(v.pipe(v.string(), v.nonEmpty())),
});
