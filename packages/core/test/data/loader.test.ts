import { describe, expect, test } from 'vitest';
import type { Dataset, Face, FaceInfo } from '../../src/contracts/index.js';
import { type Batch, Loader, type LoaderOptions } from '../../src/data/loader.js';
import { createRandom } from '../../src/training/random.js';

const size = 8;

interface Counted extends Dataset {
  loads: number;
}

/** Faces of one colour each: byte `index` everywhere, so that a batch shows which faces it holds. */
function dataset(count: number, provides: Dataset['provides'] = [], break_?: (face: Face) => Face): Counted {
  const faces = Array.from({ length: count }, (_, i): FaceInfo => ({ id: `${i}`, hash: `${i}` }));
  return {
    loads: 0,
    provides,
    faces: () => faces,
    async load({ id }, side) {
      this.loads++;
      await new Promise((resolve) => setTimeout(resolve, Number(id) % 3));
      const face: Face = {
        image: new Uint8Array(side * side * 3).fill(Number(id)),
        mask: new Uint8Array(side * side).fill(255 - Number(id)),
        landmarks: new Float32Array(136).fill(Number(id) / 100),
      };
      return break_ ? break_(face) : face;
    },
  };
}

function loader(datasets: Record<string, Dataset>, more: Partial<LoaderOptions> = {}): Loader {
  return new Loader({
    identities: Object.entries(datasets).map(([name, one]) => ({ name, dataset: one, faces: one.faces() })),
    size,
    batchSize: 4,
    augment: { warp: 0, warpRecipe: 'similarity', affine: {}, flip: 0, colour: 0 },
    random: createRandom(5),
    ...more,
  });
}

const busy = { warp: 1, warpRecipe: 'similarity', affine: { rotate: 5, shift: 0.05 }, flip: 0.5, colour: 0.1 } as const;
/** Which faces a batch of unaugmented ones shows. */
const shown = (batch: Batch, identity: string) =>
  Array.from({ length: 4 }, (_, slot) => Math.round(255 * batch.faces.get(identity)!.target[slot * size * size * 3]!));

test('a batch holds batchSize faces of every identity, and what its dataset provides', async () => {
  const batch = await loader({ ada: dataset(9, ['mask', 'landmarks']), ben: dataset(9) }).batch(1);
  expect([...batch.faces.keys()]).toEqual(['ada', 'ben']);
  const ada = batch.faces.get('ada')!;
  expect([ada.input.length, ada.target.length, ada.mask!.length, ada.landmarks!.length]).toEqual([
    4 * size * size * 3,
    4 * size * size * 3,
    4 * size * size,
    4 * 136,
  ]);
  expect(Object.keys(batch.faces.get('ben')!)).toEqual(['input', 'target']);
  for (const [slot, face] of shown(batch, 'ada').entries()) {
    expect(ada.mask![slot * size * size]).toBeCloseTo((255 - face) / 255, 6);
    expect(ada.landmarks![slot * 136]).toBeCloseTo(face / 100, 6);
  }
});

test('what no loss wants is neither asked of the dataset nor made room for', async () => {
  const asked: unknown[] = [];
  const ada = dataset(9, ['mask', 'landmarks']);
  const load = ada.load.bind(ada);
  ada.load = async (face, side, wanted) => {
    asked.push(wanted);
    const { mask: _, ...rest } = await load(face, side);
    return rest;
  };
  const batch = await loader({ ada, ben: dataset(9) }, { wanted: ['landmarks', 'posterior'] }).batch(1);
  expect(Object.keys(batch.faces.get('ada')!)).toEqual(['input', 'target', 'landmarks']);
  expect(Object.keys(batch.faces.get('ben')!)).toEqual(['input', 'target']);
  expect(new Set(asked.map((needs) => JSON.stringify(needs)))).toEqual(new Set(['["landmarks"]']));
});

test('every face is shown once an epoch, in another order each time, whatever the batch size', async () => {
  const one = loader({ ada: dataset(10) });
  const seen: number[] = [];
  for (let step = 1; step <= 10; step++) seen.push(...shown(await one.batch(step), 'ada'));
  const epochs = [0, 1, 2, 3].map((epoch) => seen.slice(10 * epoch, 10 * epoch + 10));
  for (const epoch of epochs) expect([...epoch].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(new Set(epochs.map(String)).size).toBe(4);
});

test('identities of the same faces are shown in orders of their own', async () => {
  const batch = await loader({ ada: dataset(100), ben: dataset(100) }).batch(1);
  expect(shown(batch, 'ada')).not.toEqual(shown(batch, 'ben'));
});

describe('a step has the same bits', () => {
  const datasets = () => ({ ada: dataset(7, ['mask', 'landmarks']), ben: dataset(5) });
  const steps = [1, 2, 3, 4, 5, 6, 7, 8];

  test('in whatever order the steps are asked for, and by another loader', async () => {
    const straight = loader(datasets(), { augment: busy });
    const expected: Batch[] = [];
    for (const step of steps) expected.push(await straight.batch(step));
    const other = loader(datasets(), { augment: busy });
    for (const step of [5, 1, 8, 2, 2, 7, 3, 6, 4]) expect(await other.batch(step)).toEqual(expected[step - 1]);
  });

  test('with hardly any memory, warmed up, or asked for at once', async () => {
    const expected = await loader(datasets(), { augment: busy }).batch(3);
    expect(await loader(datasets(), { augment: busy, cacheBytes: 1 }).batch(3)).toEqual(expected);
    const warm = loader(datasets(), { augment: busy });
    await warm.warmUp();
    const [, third] = await Promise.all([warm.batch(1), warm.batch(3), warm.batch(2)]);
    expect(third).toEqual(expected);
  });

  test('and other bits from another seed', async () => {
    const expected = await loader(datasets(), { augment: busy }).batch(1);
    expect(await loader(datasets(), { augment: busy, random: createRandom(6) }).batch(1)).not.toEqual(expected);
  });
});

describe('memory', () => {
  const bytes = size * size * 4 + 136 * 4;

  test('holds every face once it was read', async () => {
    const ada = dataset(10);
    const one = loader({ ada });
    for (let step = 1; step <= 30; step++) await one.batch(step);
    expect(ada.loads).toBe(10);
  });

  test('is bounded: what was used longest ago is read again', async () => {
    const ada = dataset(40);
    const one = loader({ ada }, { cacheBytes: 20 * bytes });
    for (let step = 1; step <= 20; step++) await one.batch(step);
    expect(ada.loads).toBeGreaterThan(40);
    expect(ada.loads).toBeLessThanOrEqual(100);
  });

  test('is filled by warmUp, and not beyond its bound', async () => {
    const [ada, ben] = [dataset(10), dataset(40)];
    await loader({ ada }).warmUp();
    expect(ada.loads).toBe(10);
    await loader({ ben }, { cacheBytes: 20 * bytes }).warmUp();
    expect(ben.loads).toBeLessThanOrEqual(20 + 8);
  });

  test('faces of the next steps are read while nobody waits', async () => {
    const ada = dataset(100);
    const one = loader({ ada });
    await one.batch(1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(ada.loads).toBe(4 * 5);
    await one.batch(2);
    expect(ada.loads).toBeLessThanOrEqual(4 * 6);
  });
});

describe('a dataset that fails', () => {
  test('does so at the step that shows the face, and again when asked again', async () => {
    const ada = dataset(8);
    const load = ada.load.bind(ada);
    ada.load = async (face, side) => {
      if (face.id === '3') throw new Error('gone');
      return load(face, side);
    };
    const one = loader({ ada });
    const outcomes: string[] = [];
    for (const step of [1, 2, 1, 2]) {
      outcomes.push(
        await one.batch(step).then(
          (batch) => shown(batch, 'ada').join(),
          (error: Error) => error.message,
        ),
      );
    }
    expect(outcomes.filter((outcome) => outcome === 'gone')).toHaveLength(2);
    expect(outcomes.slice(0, 2)).toEqual(outcomes.slice(2));
  });

  test.each<[string, (face: Face) => Face]>([
    ['image', (face) => ({ ...face, image: new Uint8Array(size * size) })],
    ['mask', ({ image, landmarks }) => ({ image, landmarks: landmarks! })],
    ['landmarks', ({ image, mask }) => ({ image, mask: mask! })],
  ])('to give the %s it promised is named', async (part, break_) => {
    const one = loader({ ada: dataset(4, ['mask', 'landmarks'], break_) });
    await expect(one.batch(1)).rejects.toMatchObject({
      code: 'FSAE_DATA_FACE_SHAPE',
      message: expect.stringContaining(`${part} of "`),
    });
  });
});
