import { expect, test } from 'vitest';
import { KernelRidge } from '../../src/evaluate/kernel-ridge.js';
import { StructureReader } from '../../src/evaluate/structure.js';
import { createRandom } from '../../src/training/random.js';
import fixture from './fixtures/kernel-ridge.json' with { type: 'json' };

test('agrees with scikit-learn on the same kernel', () => {
  const inputs = fixture.inputs.map((row) => Float32Array.from(row));
  const regression = new KernelRidge(inputs, fixture.outputs, fixture.ridge);
  for (const [i, row] of fixture.queries.entries()) {
    const predicted = regression.predict(Float32Array.from(row));
    for (const [k, value] of predicted.entries()) expect(value).toBeCloseTo(fixture.predictions[i]?.[k] as number, 4);
  }
});

/** A grey picture of 8x8 with a bright pixel block whose place is the structure. */
function pictureOf(x: number): Float32Array {
  return Float32Array.from({ length: 8 * 8 * 3 }, (_, i) => Math.exp(-(((Math.floor(i / 3) % 8) - 3.5 - 3 * x) ** 2)));
}

test('what pictures show is read, what they do not show is not', () => {
  const random = createRandom(3);
  const stream = random.stream('places');
  const make = (count: number) => {
    const values = Array.from({ length: count }, () => [2 * stream.uniform() - 1, 2 * stream.uniform() - 1]);
    return { names: ['shown', 'hidden'], values };
  };
  const [known, asked] = [make(150), make(80)];
  const reader = new StructureReader(
    known.values.map(([x]) => pictureOf(x as number)),
    known,
    8,
  );
  const pictures = asked.values.map(([x]) => pictureOf(x as number));
  const [shown, hidden] = reader.explain(pictures, asked, random);
  expect(shown?.r2).toBeGreaterThan(0.95);
  expect(hidden?.r2).toBeLessThan(0.1);
  expect(shown?.low).toBeLessThanOrEqual(shown?.r2 as number);
  // One picture for every face: at best the mean.
  const [blind] = reader.explain(
    pictures.map(() => pictureOf(0)),
    asked,
    random,
  );
  expect(blind?.r2).toBeLessThan(0.05);
});
