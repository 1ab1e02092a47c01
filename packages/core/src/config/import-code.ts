/** Not written out in the import below: a bundler would follow it and put a second core into this one. */
const CORE = '@fsae/core';

/**
 * The default export of a JavaScript or TypeScript file of the user's: CommonJS or ESM whatever package.json says, with
 * relative imports, without TypeScript installed. `@fsae/core` is always the core that runs, also where none is
 * installed beside the file; other packages are imported natively, so that they exist once.
 */
export async function importCode(path: string): Promise<unknown> {
  const { createJiti } = await import('jiti');
  const virtualModules = { [CORE]: await import(CORE) };
  // Without a module cache a changed file is read again; without a file cache nothing is left behind.
  const jiti = createJiti(path, { interopDefault: false, moduleCache: false, fsCache: false, virtualModules });
  return defaultExport(await jiti.import(path));
}

/** The default export; CommonJS that was compiled from ESM holds it one level deeper. */
export function defaultExport(module: unknown): unknown {
  const { default: outer } = module as {
    readonly default?: { readonly __esModule?: boolean; readonly default?: unknown };
  };
  return outer?.__esModule === true ? outer.default : outer;
}
