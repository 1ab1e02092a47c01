import { readFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { checkPlugin } from '../../src/plugins/check.js';
import { packageNames } from '../../src/plugins/load.js';
import { lossConformance } from '../../src/testing/index.js';
import plugin, { charbonnier } from './written/charbonnier.js';
import { confusion } from './written/confusion.js';
import { relative } from './written/relative.js';

await tf.setBackend('cpu');

// What docs/plugins/write.md shows is what stands in ./written, and that keeps every promise.

const guide = await readFile(new URL('../../../../docs/plugins/write.md', import.meta.url), 'utf8');
const shown = new Map([...guide.matchAll(/```ts (\S+)\n([\s\S]*?)```/g)].map(([, file, code]) => [file!, code!]));

test('the guide shows three losses', () => {
  expect([...shown.keys()]).toEqual(['charbonnier.ts', 'relative.ts', 'confusion.ts']);
});

for (const [file, code] of shown) {
  test(`the guide's ${file} is the tested one`, async () => {
    expect(code).toBe(await readFile(new URL(`written/${file}`, import.meta.url), 'utf8'));
  });
}

test("the guide's plugin passes the registration checklist", () => {
  const origin = { label: 'written', version: null, coreVersion: '0.1.0' };
  expect(checkPlugin(plugin, origin).losses).toEqual({ charbonnier });
  expect(packageNames('losses', 'charbonnier')).toContain(plugin.name);
});

const zeroWhen = 'reconstruction-equals-target';
for (const { name, run } of [
  ...lossConformance('charbonnier', charbonnier, { zeroWhen }),
  ...lossConformance('relative', relative, { zeroWhen }),
  ...lossConformance('confusion', confusion, { reaches: 'latent', adversary: true }),
]) {
  test(name, run);
}
