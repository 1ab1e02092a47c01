import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const source = fileURLToPath(new URL('../../src', import.meta.url));

/** Value imports and re-exports with a literal specifier. `import type`, `export type` and import() are not loaded. */
const STATIC = /^(?:import|export)(?!\s+type\b)(?:[^'"=;()]*?\bfrom)?\s*['"]([^'"]+)['"]/gm;

/** Every file and package that loading `entry` loads, with one way that leads there. */
function reachable(entry: string): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  const visit = (module: string, way: readonly string[]): void => {
    if (found.has(module)) return;
    found.set(module, way);
    if (!module.startsWith(source)) return;
    for (const [, specifier] of readFileSync(module, 'utf8').matchAll(STATIC)) {
      const next = specifier!.startsWith('.')
        ? resolve(dirname(module), specifier!.replace(/\.js$/, '.ts'))
        : specifier!.replace(/^(@[^/]+\/[^/]+|[^@/][^/]*).*$/, '$1');
      if (next.startsWith(source)) expect(existsSync(next), `${specifier} in ${module}`).toBe(true);
      visit(next, [...way, module]);
    }
  };
  visit(entry, []);
  return found;
}

test('importing @fsae/core loads neither sharp, jiti nor cosmiconfig', () => {
  const modules = reachable(join(source, 'index.ts'));
  expect(modules.has(join(source, 'errors/catalogue.ts'))).toBe(true);
  for (const heavy of ['sharp', 'jiti', 'cosmiconfig']) {
    expect(modules.get(heavy) ?? [], `a static way to ${heavy}`).toEqual([]);
  }
  expect(modules.has(join(source, 'networks/network.ts'))).toBe(true);
  expect(modules.has(join(source, 'networks/load.ts'))).toBe(false);
});

test('loading a config and its plugins loads no part before it is needed', () => {
  for (const entry of ['config/load.ts', 'config/resolve.ts', 'config/init.ts', 'plugins/load.ts']) {
    const modules = reachable(join(source, entry));
    const loaded = ['sharp', 'jiti', 'cosmiconfig', '@tensorflow/tfjs'].filter((heavy) => modules.has(heavy));
    expect(loaded, entry).toEqual([]);
    expect(modules.has(join(source, 'plugins/builtin.ts')), entry).toBe(false);
  }
});

test('the walk sees what it should see', () => {
  const modules = reachable(join(source, 'plugins/builtin.ts'));
  expect([...modules.keys()]).toEqual(
    expect.arrayContaining(['@tensorflow/tfjs', 'valibot', join(source, 'losses/l1.ts')]),
  );
});
