import { defaultLoaders } from 'cosmiconfig';
import { expect, test } from 'vitest';
import { findDuplicateKey } from '../../src/config/duplicates.js';

const find = (text: string) => findDuplicateKey(text, (yaml) => defaultLoaders['.yaml']('test', yaml));

test.each<[string, string, ReturnType<typeof find>]>([
  ['JSON', '{ "a": 1,\n "b": { "c": 1, "c": 2 } }', { key: 'c', line: 2, inside: ['b'] }],
  ['JSON with tabs and escapes', '{\n\t"x\\"y": 1,\n\t"x\\"y": "\\u00e9\\/"\n}', { key: 'x\\"y', line: 3, inside: [] }],
  ['YAML', 'a:\n  - b: 1\n    b: 2\n', { key: 'b', line: 3, inside: ['a', '0'] }],
  ['YAML in quotes', "ada: 1\n'ada': 2\n", { key: 'ada', line: 2, inside: [] }],
  ['two mistakes of the kind', '{"a": 1, "a": 2, "b": 1, "b": 2}', { key: 'a', line: 1, inside: undefined }],
  ['nothing twice', '{ "a": { "b": 1 }, "c": { "b": 2 } }', undefined],
  ['what YAML does not read', 'a: [', undefined],
])('%s', (_name, text, found) => {
  expect(find(text)).toEqual(found);
});
