import type { Plugin } from '../contracts/index.js';
import { fsaeError } from '../errors/catalogue.js';
import { type FsaeError, isFsaeError } from '../errors/fsae-error.js';
import { loadPlugin, loadPlugins } from './load.js';
import type { LoadedPlugin } from './registry.js';

/** How a resolved config names a plugin. */
export interface SavedPlugin {
  readonly name: string;
  readonly version: string | null;
  readonly from: string | null;
}

export interface Reloaded {
  readonly plugins: readonly LoadedPlugin[];
  /** Why some are not among `plugins`: matters to who needs a part of theirs. */
  readonly failed: readonly FsaeError[];
  readonly notes: readonly string[];
}

/** Finds the plugins of a saved config again. One that is gone or has changed is reported, not thrown: a swap needs no loss. */
export async function reloadPlugins(
  saved: readonly SavedPlugin[],
  given: readonly Plugin[],
  root: string,
): Promise<Reloaded> {
  const plugins = await loadPlugins([], root);
  const failed: FsaeError[] = [];
  const notes: string[] = [];
  for (const plugin of saved) {
    try {
      const found = await reloadPlugin(plugin, given, root);
      plugins.push(found);
      if (found.version !== plugin.version) {
        notes.push(
          `${plugin.name}: saved with ${plugin.version ?? 'no version'}, found ${found.version ?? 'no version'}.`,
        );
      }
    } catch (error) {
      if (!isFsaeError(error)) throw error;
      failed.push(error);
    }
  }
  return { plugins, failed, notes };
}

async function reloadPlugin(saved: SavedPlugin, given: readonly Plugin[], root: string): Promise<LoadedPlugin> {
  const object = given.find(({ name }) => name === saved.name);
  const found = await loadPlugin(object ?? saved.from ?? saved.name, root).catch((error: unknown) => {
    // An object of a config file: a package of its name is the only other place to look.
    if (saved.from !== null || !isFsaeError(error) || error.code !== 'FSAE_PLUGIN_MISSING') throw error;
    throw fsaeError('FSAE_PLUGIN_UNNAMED', { plugin: saved.name }, error);
  });
  const { plugin, version } = found;
  if (plugin.name !== saved.name) {
    throw fsaeError('FSAE_PLUGIN_OTHER', { from: saved.from ?? saved.name, saved: saved.name, found: plugin.name });
  }
  if (saved.version !== null && version !== null && breaking(saved.version) !== breaking(version)) {
    throw fsaeError('FSAE_PLUGIN_CHANGED', { plugin: saved.name, saved: saved.version, found: version });
  }
  return found;
}

/** The numbers that a breaking release raises (semver's caret): 1.2.3 -> '1', 0.2.3 -> '0.2', 0.0.3 -> '0.0.3'. */
function breaking(version: string): string {
  return /^(?:[1-9]\d*|0\.[1-9]\d*|0\.0\.\d+)/.exec(version)?.[0] ?? version;
}
