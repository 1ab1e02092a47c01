import { access } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { defaultExport, importCode } from '../config/import-code.js';
import type { Plugin, PluginKind } from '../contracts/index.js';
import { fsaeError } from '../errors/catalogue.js';
import { reasonOf } from '../errors/describe.js';
import { type FsaeError, isFsaeError } from '../errors/fsae-error.js';
import { checkPlugin } from './check.js';
import { isPath, locatePackage } from './locate.js';
import { coreVersion, packageOf } from './package.js';
import { kinds, type LoadedPlugin } from './registry.js';

/** Core's own parts and the plugins that a config names, each through the checklist. */
export async function loadPlugins(references: readonly (string | Plugin)[], root: string): Promise<LoadedPlugin[]> {
  // Not imported before it is needed: it reaches every model, loss and dataset.
  const { builtin } = await import('./builtin.js');
  const loaded: LoadedPlugin[] = [await checked(builtin, { from: null, version: await coreVersion() })];
  for (const reference of references) loaded.push(await loadPlugin(reference, root));
  return loaded;
}

/**
 * One plugin: a package's name (resolved from `root`, then from core), a path relative to `root` that begins with a dot
 * (TypeScript too), or the plugin itself.
 * @throws FSAE_PLUGIN_MISSING, FSAE_PLUGIN_THROWS, FSAE_PLUGIN_SHAPE, FSAE_PLUGIN_API
 */
export async function loadPlugin(reference: string | Plugin, root: string): Promise<LoadedPlugin> {
  if (typeof reference !== 'string') return checked(reference, { from: null, version: null });
  if (isPath(reference)) return loadFile(reference, root);
  const found = await findPackage(reference, root);
  if (found !== undefined) return found;
  const asFile = resolve(root, reference);
  throw fsaeError('FSAE_PLUGIN_MISSING', {
    plugin: reference,
    root,
    todo: (await exists(asFile)) ? `For the file ${asFile} write "./${reference}".` : `npm i ${reference}`,
  });
}

/** Metrics that come with a loss: whoever installs the loss measures with it. */
const METRIC_PACKAGES: Readonly<Record<string, string>> = {
  lpips: '@fsae/loss-lpips',
  swapIdentity: '@fsae/loss-arcface',
};

/** Names that a part's package may have: losses, arcface -> @fsae/loss-arcface, fsae-loss-arcface. */
export function packageNames(kind: PluginKind, use: string): readonly string[] {
  const shared = METRIC_PACKAGES[use];
  if (kind === 'metrics' && shared !== undefined) return [shared];
  return /^[a-z0-9][a-z0-9._-]*$/.test(use) ? [`@fsae/${kinds[kind]}-${use}`, `fsae-${kinds[kind]}-${use}`] : [];
}

/** `loaded`, and for each part that none of it brings the package of the conventional name, where one is installed. */
export async function addPluginsOf(
  parts: readonly { readonly kind: PluginKind; readonly use: string }[],
  loaded: readonly LoadedPlugin[],
  root: string,
): Promise<readonly LoadedPlugin[]> {
  const all = [...loaded];
  for (const { kind, use } of parts) {
    if (all.some(({ plugin }) => Object.hasOwn(plugin[kind] ?? {}, use))) continue;
    const found = await findFirst(packageNames(kind, use), root);
    if (found !== undefined && !all.some(({ plugin }) => plugin.name === found.plugin.name)) all.push(found);
  }
  return all;
}

async function findFirst(names: readonly string[], root: string): Promise<LoadedPlugin | undefined> {
  for (const name of names) {
    const found = await findPackage(name, root);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Backends of packages that `auto` may choose from. */
const BACKEND_PACKAGES = ['@fsae/backend-onnx'];

export interface Discovery {
  readonly found: readonly LoadedPlugin[];
  /** Installed, but does not load: worth a line to the user, no reason to stop. */
  readonly failed: readonly FsaeError[];
}

/** The backend packages that are installed where `root` or core can see them. Never throws for one of them. */
export function discoverBackends(root: string): Promise<Discovery> {
  return discover(BACKEND_PACKAGES, root);
}

/** The packages with metrics that are installed where `root` or core can see them. Never throws for one of them. */
export function discoverMetrics(root: string): Promise<Discovery> {
  return discover(Object.values(METRIC_PACKAGES), root);
}

async function discover(packages: readonly string[], root: string): Promise<Discovery> {
  const found: LoadedPlugin[] = [];
  const failed: FsaeError[] = [];
  for (const name of packages) {
    try {
      const plugin = await findPackage(name, root);
      if (plugin !== undefined) found.push(plugin);
    } catch (error) {
      if (!isFsaeError(error)) throw error;
      failed.push(error);
    }
  }
  return { found, failed };
}

async function findPackage(name: string, root: string): Promise<LoadedPlugin | undefined> {
  const file = await locatePackage(name, root);
  if (file === undefined) return undefined;
  const module = await importing(name, () => import(pathToFileURL(file).href));
  return checked(defaultExport(module), { from: name, version: (await packageOf(file))?.version ?? null });
}

async function loadFile(reference: string, root: string): Promise<LoadedPlugin> {
  const file = resolve(root, reference);
  if (!(await exists(file))) {
    throw fsaeError('FSAE_PLUGIN_MISSING', {
      plugin: reference,
      root,
      todo: `Correct the path: ${file} does not exist.`,
    });
  }
  const plugin = await importing(reference, () => importCode(file));
  // With forward slashes and a dot in front it is the same reference on every system, and never a package's name.
  const path = relative(root, file).replaceAll('\\', '/');
  return checked(plugin, { from: path.startsWith('.') ? path : `./${path}`, version: null });
}

async function checked(value: unknown, origin: { from: string | null; version: string | null }): Promise<LoadedPlugin> {
  const label = origin.from ?? (value as { readonly name?: unknown } | undefined)?.name;
  const plugin = checkPlugin(value, {
    label: typeof label === 'string' ? label : 'A plugin given in code',
    version: origin.version,
    coreVersion: await coreVersion(),
  });
  return { plugin, version: plugin.version ?? origin.version, from: origin.from };
}

async function importing<T>(plugin: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    throw fsaeError('FSAE_PLUGIN_THROWS', { plugin, reason: reasonOf(error) }, error);
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
