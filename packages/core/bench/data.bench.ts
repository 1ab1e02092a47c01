import { bench, describe } from 'vitest';
import type { Dataset, FaceInfo } from '../src/contracts/index.js';
import { augment } from '../src/data/augment.js';
import { Loader } from '../src/data/loader.js';
import { createRandom } from '../src/training/random.js';

const random = createRandom(1);
const plain = { warp: 0, warpRecipe: 'similarity', affine: {}, flip: 0, colour: 0 } as const;
const recipe = { ...plain, warp: 0.25 };
const everything = { ...recipe, affine: { rotate: 10, scale: 0.05, shift: 0.05 }, flip: 0.5, colour: 0.1 };
const noise = (size: number) => Uint8Array.from({ length: size * size * 3 }, (_, i) => (i * 7919) % 256);

for (const size of [64, 128, 256]) {
  describe(`${size} pixels`, () => {
    const image = noise(size);
    let index = 0;
    bench('one face: warp', () => void augment({ image }, size, recipe, random.stream('bench', index++)));
    bench(
      'one face: warp grid',
      () => void augment({ image }, size, { ...recipe, warpRecipe: 'grid' }, random.stream('bench', index++)),
    );
    bench(
      'one face: warp, affine, flip, colour',
      () => void augment({ image }, size, everything, random.stream('bench', index++)),
    );

    const faces = Array.from({ length: 64 }, (_, i): FaceInfo => ({ id: `${i}`, hash: `${i}` }));
    const dataset: Dataset = { provides: [], faces: () => faces, load: async () => ({ image }) };
    const identities = ['src', 'dst'].map((name) => ({ name, dataset, faces }));
    const loader = new Loader({ identities, size, batchSize: 8, augment: recipe, random });
    let step = 1;
    bench('a batch of 16 faces: warp', async () => void (await loader.batch(step++)));
  });
}
