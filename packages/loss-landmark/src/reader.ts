import { type Box, boxByFrame, crop, type LossContext } from '@fsae/core';
import * as tf from '@tensorflow/tfjs';
import type { LandmarkNetwork } from './network.js';

/** Pictures [batch, size, size, 3] in the frame of an identity's dataset. */
export interface Drawn {
  readonly identity: string;
  readonly image: tf.Tensor4D;
}

const WHOLE: Box = { left: 0, top: 0, right: 1, bottom: 1 };

/** Reads landmarks from pictures: crops each as the network expects faces, and carries its points back to the picture. */
export class LandmarkReader {
  readonly #network: LandmarkNetwork;
  readonly #boxes: ReadonlyMap<string, Box>;

  constructor(network: LandmarkNetwork, { identities, dataset }: Pick<LossContext, 'identities' | 'dataset'>) {
    this.#network = network;
    const boxOf = (identity: string): Box => {
      const { frame } = dataset(identity);
      return frame === undefined || network.frame === undefined ? WHOLE : boxByFrame(frame, network.frame);
    };
    this.#boxes = new Map(identities.map((identity) => [identity, boxOf(identity)]));
  }

  /** [batch, 68, 2] in 0..1 of the picture for each; one pass of the network for all. */
  read(drawn: readonly Drawn[]): tf.Tensor3D[] {
    const { side } = this.#network;
    const boxes = drawn.map(({ identity }) => this.#boxes.get(identity)!);
    const faces = drawn.map(({ image }, i) => crop(image, boxes[i]!, side, side));
    const points = tf.split(
      this.#network.locate(tf.concat(faces, 0)),
      drawn.map(({ image }) => image.shape[0]),
    ) as tf.Tensor3D[];
    return points.map((located, i) => {
      const { left, top, right, bottom } = boxes[i]!;
      return tf.add(tf.mul(located, [right - left, bottom - top]), [left, top]);
    });
  }

  dispose(): void {
    this.#network.dispose();
  }
}
