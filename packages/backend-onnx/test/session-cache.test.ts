import { expect, test } from 'vitest';
import { peakBytes } from '../src/onnx/memory.js';
import type { Operation } from '../src/onnx/model.js';
import type { Runtime } from '../src/runtime.js';
import { type Plan, SessionCache } from '../src/session-cache.js';

function plan(structure: number[], bytes: number, disposed: number[][]): Plan {
  const session = { loadModel() {}, run: () => ({}), dispose: () => disposed.push(structure) };
  return {
    structure: Int32Array.from(structure),
    session,
    frozen: [],
    bytes,
    operations: '',
    leaves: [],
    feeds: {},
    outputs: [],
    fetches: {},
  };
}

const find = (cache: SessionCache, structure: number[]) => cache.find(Int32Array.from(structure), structure.length);

test('the least recently used session leaves when there are too many', () => {
  const disposed: number[][] = [];
  const cache = new SessionCache({} as Runtime, 1, { sessions: 2, bytes: 1e9 });
  cache.add(plan([1], 0, disposed));
  cache.add(plan([2], 0, disposed));
  expect(find(cache, [1])).toBeDefined();
  cache.add(plan([3], 0, disposed));
  expect(disposed).toEqual([[2]]);
  expect(find(cache, [2])).toBeUndefined();
  expect(find(cache, [1])).toBeDefined();
});

test('bytes are bounded too, the newest session always stays', () => {
  const disposed: number[][] = [];
  const cache = new SessionCache({} as Runtime, 1, { sessions: 9, bytes: 100 });
  for (const i of [1, 2, 3]) cache.add(plan([i], 40, disposed));
  expect(disposed).toEqual([[1]]);
  cache.add(plan([4], 500, disposed));
  expect(disposed).toEqual([[1], [2], [3]]);
  expect(cache.size).toBe(1);
});

test('the peak of a chain is two values, reshaped values count once, outputs not at all', () => {
  const operation = (type: string, input: string, output: string): Operation => ({
    type,
    domain: '',
    inputs: [input],
    outputs: [output],
    attributes: {},
  });
  const chain = [
    operation('Exp', 'x', 'a'),
    operation('Reshape', 'a', 'b'),
    operation('Exp', 'b', 'c'),
    operation('Exp', 'c', 'd'),
    operation('Exp', 'd', 'y'),
  ];
  const shapeOf = (name: string) => (name === 'x' ? undefined : [100]);
  expect(peakBytes(chain, [{ name: 'y', type: 'float32', shape: [100] }], shapeOf)).toBe(800);
});
