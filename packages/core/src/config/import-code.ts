import { fileURLToPath } from 'node:url';

/** Not written out in the import below: a bundler would follow it and put a second core into this one. */
const CORE = '@fsae/core';

/**
 * The default export of a JavaScript or TypeScript file of the user's: CommonJS or ESM whatever package.json says, with
 * relative imports, without TypeScript installed. `@fsae/core` is always the core that runs, also where none is
 * installed beside the file; other packages are imported natively, so that they exist once.
 */
export async function importCode(file: string | URL): Promise<unknown> {
  const path = typeof file === 'string' ? file : fileURLToPath(file);
  const { createJiti } = await import('jiti');
  const virtualModules = { [CORE]: await import(CORE) };
  // Without a module cache a changed file is read again; without a file cache nothing is left behind.
  const jiti = createJiti(path, { interopDefault: true, moduleCache: false, fsCache: false, virtualModules });
  return jiti.import(path, { default: true });
}
