import { discoverMetrics } from '../plugins/load.js';
import { createRegistry, type PluginRegistry } from '../plugins/registry.js';
import type { ResolvedConfig } from './define.js';
import { validateOptions } from './parts.js';

/** Metrics by name; `null` for one that is not to be measured. */
export type Metrics = ResolvedConfig['evaluate']['metrics'];

/** A config with its parts, as config/resolve gives it. */
interface WithParts {
  readonly config: ResolvedConfig;
  readonly registry: PluginRegistry;
  readonly root: string;
}

/**
 * The same with every metric that is installed: core's, those of the run's plugins and of packages that bring some. One
 * that the config names keeps its options or its absence; the others have their defaults, and one that cannot do without
 * options waits until somebody gives them.
 */
export async function withMetrics<R extends WithParts>(resolved: R): Promise<R & { readonly metrics: Metrics }> {
  const { config, root } = resolved;
  const { found } = await discoverMetrics(root);
  const known = resolved.registry.plugins;
  const names = known.map(({ plugin }) => plugin.name);
  const registry = createRegistry([...known, ...found.filter(({ plugin }) => !names.includes(plugin.name))]);
  const metrics: Record<string, Metrics[string]> = { ...config.evaluate.metrics };
  for (const use of registry.names('metrics')) {
    if (Object.hasOwn(metrics, use)) continue;
    const slot = { path: ['evaluate', 'metrics', use], kind: 'metrics', part: { use, options: {} } } as const;
    const { options, issues } = await validateOptions(slot, registry);
    if (issues.length === 0) metrics[use] = { use, options };
  }
  return { ...resolved, registry, metrics };
}
