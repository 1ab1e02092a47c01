import { fileURLToPath } from 'node:url';
import { type Dataset, FsaeError, type LossContext, loadNetwork } from '@fsae/core';
import * as tf from '@tensorflow/tfjs';
import { MESH_POINTS, meshToPoints } from './mesh.js';
import { POINTS } from './points.js';

/** Left eye, right eye, nose and corners of the mouth (image order), x, y in 0..1. */
type Frame = NonNullable<Dataset['frame']>;

/** A frozen network that reads landmarks from faces. */
export interface LandmarkNetwork {
  /** Of the square pictures that it takes. */
  readonly side: number;
  /** Where eyes, nose and corners of the mouth lie in them on average; without it, it takes pictures as a whole. */
  readonly frame?: Frame;
  /** Faces [batch, side, side, 3] in 0..1 to [batch, 68, 2] in 0..1 of the face. */
  locate(faces: tf.Tensor4D): tf.Tensor3D;
  dispose(): void;
}

export type OpenNetwork = (model: string, context: LossContext) => Promise<LandmarkNetwork>;

/** Symmetric means in the crops that the networks were trained on, as far as they are known. */
const FRAMES: Readonly<Record<string, Frame>> = {
  // `frame` of @fsae/avatars: every one of its pictures has it.
  avatars: [
    [0.344, 0.442],
    [0.656, 0.442],
    [0.5, 0.603],
    [0.355, 0.76],
    [0.645, 0.76],
  ],
  // The network's own points in a square of 1.12 times the box around the face mesh.
  lm68: [
    [0.335, 0.32],
    [0.665, 0.32],
    [0.5, 0.543],
    [0.368, 0.698],
    [0.632, 0.698],
  ],
  // The network's own points in a square of 1.5 times the box around them: the crop of the tracker that it belongs to.
  facemesh: [
    [0.376, 0.37],
    [0.624, 0.37],
    [0.5, 0.528],
    [0.398, 0.648],
    [0.602, 0.648],
  ],
};

/**
 * Opens a landmark network by its name or its place.
 * @throws FSAE_LANDMARK_MODEL when it does not give 68 points x, y or the mesh of 468 points x, y, z; FSAE_NETWORK_...
 */
export const openNetwork: OpenNetwork = async (model, context) => {
  const own = fileURLToPath(new URL('../weights/avatars.json', import.meta.url));
  const source = model === 'avatars' ? own : model;
  const network = await loadNetwork({ source, context, root: context.root });
  const [side, columns] = network.inputShape;
  const output = tf.tidy(() => network.apply(tf.zeros([1, ...network.inputShape])).size);
  if (side !== columns || (output !== 2 * POINTS && output !== 3 * MESH_POINTS)) {
    network.dispose();
    throw new FsaeError('FSAE_LANDMARK_MODEL', {
      what: `The network "${model}" is none that the loss "landmark" can read.`,
      expected: `square pictures to ${2 * POINTS} numbers (68 points x, y in 0..1) or ${3 * MESH_POINTS} (a face mesh)`,
      received: `${side} x ${columns} pixels to ${output} numbers`,
      todo: "Name another: 'avatars' for synthetic people, 'lm68' or 'facemesh' for photographs.",
    });
  }
  const frame = FRAMES[model];
  const mesh = output === 2 * POINTS ? undefined : meshToPoints(side);
  return {
    side,
    ...(frame === undefined ? {} : { frame }),
    locate(faces) {
      const points = tf.reshape(network.apply(faces), [faces.shape[0], output]) as tf.Tensor2D;
      return tf.reshape(mesh === undefined ? points : tf.matMul(points, mesh), [-1, POINTS, 2]);
    },
    dispose() {
      network.dispose();
      mesh?.dispose();
    },
  };
};
