import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Core run from its source uses the sources of the packages beside it. */
const CONDITIONS = import.meta.url.endsWith('.ts') ? ['@fsae/source', 'node', 'import'] : ['node', 'import'];

/**
 * The file that `import name` means: seen from the root of the config first, then from core, which finds what is
 * installed beside it. Node's own import.meta.resolve knows no other starting point than the module it stands in.
 */
export async function locatePackage(name: string, root: string): Promise<string | undefined> {
  for (const parent of [join(root, 'package.json'), fileURLToPath(import.meta.url)]) {
    if (!isInstalled(name, parent)) continue;
    const { createJiti } = await import('jiti');
    const parentURL = pathToFileURL(parent).href;
    const url = createJiti(parent).esmResolve(name, { parentURL, conditions: CONDITIONS, try: true });
    // The real path: pnpm links packages, and an import by two paths would be two modules.
    if (url !== undefined) return realpath(fileURLToPath(url));
  }
  return undefined;
}

/** Most names that are looked for are not there: this says so without loading a resolver. */
function isInstalled(name: string, parent: string): boolean {
  const [scope, rest] = name.split('/');
  const folder = name.startsWith('@') ? `${scope}/${rest}` : scope!;
  const places = createRequire(parent).resolve.paths(name) ?? [];
  return places.some((place) => existsSync(join(place, folder)));
}

/** './mine.ts', '../mine', '/plugins/mine.mjs': everything else is a package's name. */
export function isPath(reference: string): boolean {
  return reference.startsWith('.') || isAbsolute(reference);
}
