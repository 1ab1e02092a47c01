import type { Plugin, PluginKind } from '../contracts/index.js';
import { fsaeError } from '../errors/catalogue.js';

/** A plugin that passed the checklist, and how it is found again. */
export interface LoadedPlugin {
  readonly plugin: Plugin;
  /** The plugin's own word, else its package's; null when neither says. */
  readonly version: string | null;
  /** A package name or a path relative to the root; null for an object given in code. */
  readonly from: string | null;
}

type DefinitionOf<K extends PluginKind> = NonNullable<Plugin[K]>[string];

/** Every part that a run can use, by kind and name. */
export interface PluginRegistry {
  readonly plugins: readonly LoadedPlugin[];
  names(kind: PluginKind): readonly string[];
  find<K extends PluginKind>(
    kind: K,
    use: string,
  ): { readonly definition: DefinitionOf<K>; readonly plugin: LoadedPlugin } | undefined;
}

/** The kinds with the noun that messages use and packages are named by: losses -> 'loss' -> fsae-loss-x. */
export const kinds: Readonly<Record<PluginKind, string>> = {
  encoders: 'encoder',
  bottlenecks: 'bottleneck',
  decoders: 'decoder',
  losses: 'loss',
  datasets: 'dataset',
  metrics: 'metric',
  trainers: 'trainer',
  backends: 'backend',
};

/** @throws FSAE_PLUGIN_TWICE, FSAE_PLUGIN_DUPLICATE */
export function createRegistry(plugins: readonly LoadedPlugin[]): PluginRegistry {
  refuseTwins(plugins);
  const parts = new Map<PluginKind, Map<string, { definition: DefinitionOf<PluginKind>; plugin: LoadedPlugin }>>();
  for (const kind of Object.keys(kinds) as PluginKind[]) {
    const byName = new Map<string, { definition: DefinitionOf<PluginKind>; plugin: LoadedPlugin }>();
    parts.set(kind, byName);
    for (const plugin of plugins) {
      for (const [name, definition] of Object.entries(plugin.plugin[kind] ?? {})) {
        const other = byName.get(name)?.plugin.plugin.name;
        if (other !== undefined) {
          throw fsaeError('FSAE_PLUGIN_DUPLICATE', {
            kind: kinds[kind],
            part: name,
            plugins: [other, plugin.plugin.name],
          });
        }
        byName.set(name, { definition, plugin });
      }
    }
  }
  return {
    plugins,
    names: (kind) => [...parts.get(kind)!.keys()],
    // The map of a kind holds that kind's definitions only: filled from `plugin[kind]` above.
    find: <K extends PluginKind>(kind: K, use: string) =>
      parts.get(kind)!.get(use) as { definition: DefinitionOf<K>; plugin: LoadedPlugin } | undefined,
  };
}

function refuseTwins(plugins: readonly LoadedPlugin[]): void {
  const names = new Set<string>();
  for (const { plugin } of plugins) {
    if (names.has(plugin.name)) throw fsaeError('FSAE_PLUGIN_TWICE', { plugin: plugin.name });
    names.add(plugin.name);
  }
}
