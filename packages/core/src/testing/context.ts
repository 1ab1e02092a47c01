import { tmpdir } from 'node:os';
import * as tf from '@tensorflow/tfjs';
import type { Dataset, LossContext, RunContext, Shape } from '../contracts/index.js';
import { createRandom } from '../training/random.js';
import { variableFactory } from '../training/variables.js';
import { landmarksOf, maskOf, pictureOf } from './picture.js';

export interface FakeContextOptions {
  /** Defaults to ['src', 'dst']. */
  readonly identities?: readonly string[];
  /** Side of the square pictures in pixels. Defaults to 16. */
  readonly size?: number;
  /** Defaults to [3, 3, 4]. */
  readonly latentShape?: Shape;
  /** Of the variables' first values. Defaults to 1. */
  readonly seed?: number;
}

/** What a run gives a part, with variables filled as the trainer fills them and a logger that says nothing. */
export function fakeRunContext(seed = 1): RunContext {
  return {
    logger: { info: () => {}, warn: () => {} },
    cacheDir: tmpdir(),
    signal: new AbortController().signal,
    variable: variableFactory(createRandom(seed), 'part'),
  };
}

/** A loss's or metric's context over seeded pictures: every identity has a dataset of eight faces with masks and landmarks. */
export function fakeContext(options: FakeContextOptions = {}): LossContext {
  const { identities = ['src', 'dst'], size = 16, latentShape = [3, 3, 4], seed = 1 } = options;
  return {
    ...fakeRunContext(seed),
    identities,
    image: [size, size, 3],
    latent: latentShape,
    root: tmpdir(),
    dataset: (identity) => fakeDataset(identity),
    async *faces(identity) {
      for (let first = 0; first < FACES; first += FACES / 2) {
        const faces = Array.from({ length: FACES / 2 }, (_, i) => pictureOf(identity, first + i, size));
        yield tf.tidy(() => tf.stack(faces.map((face) => tf.tensor3d(face, [size, size, 3]))) as tf.Tensor4D);
      }
    },
  };
}

const FACES = 8;

/** Eight seeded faces of one identity with masks, 68 landmarks and a frame. Not faces to look at: pictures with structure. */
export function fakeDataset(identity: string): Dataset {
  const bytes = (values: Float32Array) => Uint8Array.from(values, (value) => Math.round(value * 255));
  return {
    provides: ['mask', 'landmarks'],
    frame: FRAME,
    regions: { eyes: { left: 0.15, top: 0.3, right: 0.85, bottom: 0.5 } },
    faces: () =>
      Array.from({ length: FACES }, (_, i) => ({
        id: `${identity}/${i}`,
        hash: `${identity}-${i}`,
        group: `${i >> 1}`,
      })),
    load: async ({ id }, size) => {
      const sample = Number(id.split('/').at(-1));
      return {
        image: bytes(pictureOf(identity, sample, size)),
        mask: bytes(maskOf(identity, sample, size)),
        landmarks: landmarksOf(identity, sample),
      };
    },
  };
}

/** Eyes, nose and mouth corners in image order: ArcFace's template for 112 pixels (Deng et al. 2019), divided by 112. */
const FRAME = [
  [0.3419, 0.4616],
  [0.6565, 0.4598],
  [0.5002, 0.6405],
  [0.371, 0.8247],
  [0.6315, 0.8233],
] as const;
