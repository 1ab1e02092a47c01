import type { Plugin, PluginKind } from '../contracts/index.js';
import { fsaeError } from '../errors/catalogue.js';
import type { ConfigIssue } from '../errors/config.js';
import { addPluginsOf, discoverBackends, loadPlugins } from '../plugins/load.js';
import { createRegistry, kinds, type LoadedPlugin, type PluginRegistry } from '../plugins/registry.js';
import { reloadPlugins } from '../plugins/reload.js';
import { type CompleteConfig, completeConfig, completeEvaluation, type NamedPart } from './complete.js';
import type { Config, JsonObject, ResolvedConfig, ResolvedPart } from './define.js';
import { clashingIdentities } from './identities.js';
import { frozenJson, mapValues, withoutUndefined } from './json.js';
import { missingPart, slotsOf, validateOptions } from './parts.js';
import { checkShape } from './schema.js';

/** A config that everything after it can rely on, with the parts that it names. */
export interface Resolution {
  /** Frozen to the last leaf; JSON keeps all of it. */
  readonly config: ResolvedConfig;
  readonly registry: PluginRegistry;
  readonly root: string;
  /** What the person who runs it should hear, such as an installed backend that does not load. */
  readonly notes: readonly string[];
}

/**
 * From what was written to what will run: shape, preset and defaults, plugins, every part's options. Mistakes are
 * reported all at once.
 * @throws FSAE_CONFIG_INVALID, FSAE_CONFIG_IDENTITY_TWICE, FSAE_PLUGIN_PART_MISSING, and what loading a plugin throws
 */
export async function resolveConfig(
  config: Config,
  { file, root }: { readonly file: string | null; readonly root: string },
): Promise<Resolution> {
  const given = withoutUndefined(config, ['plugins']);
  const issues = checkShape(given);
  if (issues.some(({ path }) => path.length === 0 || path[0] === 'plugins')) {
    throw fsaeError('FSAE_CONFIG_INVALID', { file, issues });
  }
  const sound = withoutMistakes(given, issues);
  const complete = completeConfig(sound);
  refuseClash(Object.keys(complete.identities), file);

  const slots = slotsOf(complete);
  const plugins = await addPluginsOf(namesOf(slots), await loadPlugins(sound.plugins ?? [], root), root);
  const { registry, notes } = await register(plugins, complete.backend.use, root);
  const missing = slots.filter(({ kind, part }) => registry.find(kind, part.use) === undefined);
  // Who named no losses cannot know which packages those of the preset live in.
  const ofPreset = sound.losses === undefined ? complete.preset : undefined;
  const parts = missing.map((slot) => missingPart(slot, registry, root, ofPreset));
  const validated = new Map<NamedPart, JsonObject>();
  for (const slot of slots) {
    const result = await validateOptions(slot, registry);
    validated.set(slot.part, result.options);
    issues.push(...result.issues);
  }
  if (Object.keys(complete.losses).length === 0 && !issues.some(({ path }) => path[0] === 'losses')) {
    issues.push({ path: ['losses'], problem: 'expected at least one loss with a weight above 0' });
  }
  if (issues.length > 0) {
    const unknown = parts.map(({ path, kind, use, hint }) => ({ path, problem: `there is no ${kind} "${use}"`, hint }));
    throw fsaeError('FSAE_CONFIG_INVALID', { file, issues: [...issues, ...unknown] });
  }
  if (parts.length > 0) throw fsaeError('FSAE_PLUGIN_PART_MISSING', { file, parts });
  return { config: frozenJson(finish(complete, validated, plugins)), registry, root, notes };
}

export interface RestoreOptions {
  /** Kinds that the caller will use: a plugin that brings none of them may be missing. Defaults to all. */
  readonly needs?: readonly PluginKind[];
  /** Plugins that the config file imported, where no package of their name is installed. */
  readonly plugins?: readonly Plugin[];
}

/**
 * The same for a config that a checkpoint saved: its options are validated already, its plugins are found again by name
 * or path and must be versions that understand what was saved.
 * @throws FSAE_PLUGIN_PART_MISSING, FSAE_PLUGIN_CHANGED, FSAE_PLUGIN_OTHER, FSAE_PLUGIN_UNNAMED, and what loading throws
 */
export async function restoreConfig(
  saved: ResolvedConfig,
  root: string,
  { needs = Object.keys(kinds) as PluginKind[], plugins: given = [] }: RestoreOptions = {},
): Promise<Resolution> {
  const config = current(saved);
  const slots = slotsOf(config).filter(({ kind }) => needs.includes(kind));
  const reloaded = await reloadPlugins(config.plugins, given, root);
  // Backend and metrics may be others than those of the training: they are no part of the model.
  const others = slots.filter(({ kind }) => kind === 'backends' || kind === 'metrics');
  const plugins = await addPluginsOf(namesOf(others), reloaded.plugins, root);
  const { registry, notes } = await register(plugins, config.backend.use, root);
  const missing = slots.filter(({ kind, part }) => registry.find(kind, part.use) === undefined);
  if (missing.length > 0) {
    const parts = missing.map((slot) => missingPart(slot, registry, root));
    throw reloaded.failed[0] ?? fsaeError('FSAE_PLUGIN_PART_MISSING', { file: null, parts });
  }
  return { config: frozenJson(config), registry, root, notes: [...reloaded.notes, ...notes] };
}

/** A config of an earlier version of core, with what it could not say yet. */
function current(saved: ResolvedConfig): ResolvedConfig {
  const evaluate = { ...completeEvaluation(), metrics: {} };
  return { ...{ evaluate, requireConsent: false }, ...saved };
}

/** With `auto`, every installed backend is a candidate; one that does not load is no reason to stop. */
async function register(plugins: readonly LoadedPlugin[], backend: string, root: string) {
  if (backend !== 'auto') return { registry: createRegistry(plugins), notes: [] };
  const { found, failed } = await discoverBackends(root);
  const names = plugins.map(({ plugin }) => plugin.name);
  const further = found.filter(({ plugin }) => !names.includes(plugin.name));
  return { registry: createRegistry([...plugins, ...further]), notes: failed.map(({ message }) => message) };
}

function namesOf(slots: ReturnType<typeof slotsOf>) {
  return slots.map(({ kind, part: { use } }) => ({ kind, use }));
}

/** What can still be checked: a section, or the entry of a section, that holds a mistake is left out. */
function withoutMistakes(given: unknown, issues: readonly ConfigIssue[]): Config {
  let sound = given as Readonly<Record<string, unknown>>;
  for (const { path } of issues) {
    const [section, entry] = path as [string, string?];
    const held = sound[section];
    if (entry === undefined || typeof held !== 'object' || held === null) sound = withoutKey(sound, section);
    else sound = { ...sound, [section]: withoutKey(held, entry) };
  }
  return { identities: {}, ...sound };
}

function withoutKey(object: object, key: string): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}

function refuseClash(names: readonly string[], file: string | null): void {
  const clash = clashingIdentities(names);
  if (clash !== undefined) throw fsaeError('FSAE_CONFIG_IDENTITY_TWICE', { file, first: clash[0], second: clash[1] });
}

function finish(
  { model, ...complete }: CompleteConfig,
  validated: ReadonlyMap<NamedPart, JsonObject>,
  plugins: readonly LoadedPlugin[],
): ResolvedConfig {
  const resolved = (part: NamedPart): ResolvedPart => ({ use: part.use, options: validated.get(part) ?? {} });
  return {
    ...complete,
    identities: mapValues(complete.identities, resolved),
    model: {
      encoder: resolved(model.encoder),
      bottleneck: resolved(model.bottleneck),
      decoder: resolved(model.decoder),
    },
    losses: mapValues(complete.losses, (loss) => ({ ...resolved(loss), weight: loss.weight })),
    evaluate: {
      ...complete.evaluate,
      metrics: mapValues(complete.evaluate.metrics, (metric) => (metric === null ? null : resolved(metric))),
    },
    // Core itself is not named: what is saved has a format version of its own.
    plugins: plugins.slice(1).map(({ plugin, version, from }) => ({ name: plugin.name, version, from })),
  };
}
