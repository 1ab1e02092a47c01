import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder outside the repository with these files: no node_modules of the workspace is in its sight. */
export function project(files: Readonly<Record<string, string>>): string {
  // The real path: on macOS the temporary folder is a link.
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'fsae-project-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [name, text] of Object.entries({ 'package.json': '{}', ...files })) {
    const file = join(root, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return root;
}

/** An installed package with this module as its entry. */
export function installed(name: string, code: string, version = '1.4.0'): Readonly<Record<string, string>> {
  const manifest = { name, version, type: 'module', exports: { '.': { import: './index.js' } } };
  return {
    [`node_modules/${name}/package.json`]: JSON.stringify(manifest),
    [`node_modules/${name}/index.js`]: code,
  };
}
