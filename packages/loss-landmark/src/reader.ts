import type { LossContext } from '@fsae/core';
import { bilinear, resample } from '@fsae/core';
import * as tf from '@tensorflow/tfjs';
import { type Crop, fitCrop, WHOLE } from './crop.js';
import type { LandmarkNetwork } from './network.js';

/** A picture [batch, size, size, 3] in the frame of an identity's dataset. */
export interface Picture {
  readonly identity: string;
  readonly image: tf.Tensor4D;
}

/** Reads landmarks from pictures: crops each as the network expects faces, and carries its points back to the picture. */
export class LandmarkReader {
  readonly #network: LandmarkNetwork;
  readonly #crops: ReadonlyMap<string, Crop>;

  constructor(network: LandmarkNetwork, { identities, dataset }: Pick<LossContext, 'identities' | 'dataset'>) {
    this.#network = network;
    const cropOf = (identity: string): Crop => {
      const { frame } = dataset(identity);
      return frame === undefined || network.frame === undefined ? WHOLE : fitCrop(frame, network.frame);
    };
    this.#crops = new Map(identities.map((identity) => [identity, cropOf(identity)]));
  }

  /** [batch, 68, 2] in 0..1 of the picture for each; one pass of the network for all. */
  read(pictures: readonly Picture[]): tf.Tensor3D[] {
    const crops = pictures.map(({ identity }) => this.#crops.get(identity)!);
    const { side } = this.#network;
    const faces = pictures.map(({ image }, i) => {
      const { left, top, side: length } = crops[i]!;
      const [, rows, columns] = image.shape;
      const map = (size: number, start: number) => bilinear(size, side, start * size, (start + length) * size);
      return resample(image, map(rows, top), map(columns, left));
    });
    const points = tf.split(
      this.#network.locate(tf.concat(faces, 0)),
      pictures.map(({ image }) => image.shape[0]),
    ) as tf.Tensor3D[];
    return points.map((located, i) => {
      const { left, top, side: length } = crops[i]!;
      return tf.add(tf.mul(located, length), [left, top]);
    });
  }

  dispose(): void {
    this.#network.dispose();
  }
}
