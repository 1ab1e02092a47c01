import type * as tf from '@tensorflow/tfjs';
import type { IdentityFaces } from './identities.js';
import { picturesOf } from './pictures.js';

/** Faces in one tensor of [batch, size, size, 3]; the last batch may be smaller. */
const BATCH = 16;

/** Training faces of an identity, un-augmented, in the dataset's order. The caller disposes each batch. */
export async function* trainingFaces(identity: IdentityFaces, size: number): AsyncIterable<tf.Tensor4D> {
  for (let start = 0; start < identity.training.length; start += BATCH) {
    const faces = identity.training.slice(start, start + BATCH);
    const loaded = await Promise.all(faces.map((face) => identity.dataset.load(face, size, [])));
    yield picturesOf(loaded, size);
  }
}
