import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { catalogue, fsaeError } from '../../src/errors/catalogue.js';
import { FsaeError, isFsaeError } from '../../src/errors/fsae-error.js';

const repository = fileURLToPath(new URL('../../../../', import.meta.url));
const reference = readFileSync(join(repository, 'docs/reference/errors.md'), 'utf8');
const sections = [...reference.matchAll(/^## (\S+)\n([\s\S]*?)(?=\n## |$(?![\s\S]))/gm)];
const documented = sections.map(([, code]) => code!);

/** Codes that plugin packages name: those they throw themselves, and core's that they rely on. */
function codesOfPlugins(): string[] {
  const codes = new Set<string>();
  for (const name of readdirSync(join(repository, 'packages')).filter((name) => name !== 'core')) {
    const source = join(repository, 'packages', name, 'src');
    for (const file of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts')) continue;
      const text = readFileSync(join(source, file), 'utf8');
      for (const [, code] of text.matchAll(/\b(FSAE_[A-Z0-9]+_[A-Z0-9_]*[A-Z0-9])\b/g)) codes.add(code!);
    }
  }
  return [...codes];
}

const thrown = [...Object.keys(catalogue), ...codesOfPlugins()];

test('every code is in docs/reference/errors.md', () => {
  expect(thrown.filter((code) => !documented.includes(code))).toEqual([]);
});

test('docs/reference/errors.md has no other code', () => {
  expect(documented.filter((code) => !thrown.includes(code))).toEqual([]);
});

test('every code has one section, which says what to do', () => {
  expect(documented.filter((code, index) => documented.indexOf(code) !== index)).toEqual([]);
  for (const [, code, text] of sections) expect(text, code).toMatch(/\*\*To do:\*\* \S/);
});

test('codes name their stage', () => {
  const stages =
    /^FSAE_(CONFIG|PLUGIN|DATA|MODEL|LOSSES|TRAINING|CHECKPOINT|NETWORK|EVALUATE|SWEEP|BACKEND|CLI)_[A-Z0-9_]+$/;
  const odd = Object.keys(catalogue).filter((code) => !stages.test(code));
  expect(odd).toEqual([]);
});

test('an error is read by its structure, whichever copy of core made it', () => {
  const cause = new Error('below');
  const error = fsaeError('FSAE_CONFIG_FILE_MISSING', { file: '/nowhere/fsae.config.ts' }, cause);
  expect(error).toBeInstanceOf(FsaeError);
  expect(error.cause).toBe(cause);
  expect(error.message).toBe(
    'The config file /nowhere/fsae.config.ts does not exist.\n  To do: Correct --config FILE; it is looked up from the folder the command runs in.',
  );
  const foreign = Object.assign(new Error('x'), { code: 'FSAE_X_Y', problem: { what: 'x', todo: 'y' } });
  expect([error, foreign, new Error('x'), 'x'].map(isFsaeError)).toEqual([true, true, false, false]);
});
