import type { Plugin, PluginApi, PluginKind } from '../contracts/index.js';
import { fsaeError } from '../errors/catalogue.js';
import { describeValue } from '../errors/describe.js';
import { suggest } from '../errors/suggest.js';
import { kinds } from './registry.js';

/** The versions of the plugin interface that this core can run. */
const SUPPORTED_APIS: readonly PluginApi[] = [1];

/** Where a plugin came from, for messages. */
export interface Origin {
  /** Package name or path; what stands in for the name of a plugin that has none. */
  readonly label: string;
  readonly version: string | null;
  readonly coreVersion: string;
}

/**
 * The checklist that every plugin passes before it is registered, core's own included. Structural throughout: two
 * installed copies of core must agree.
 * @throws FSAE_PLUGIN_SHAPE with every problem at once, FSAE_PLUGIN_API
 */
export function checkPlugin(value: unknown, origin: Origin): Plugin {
  refuse(origin, isObject(value) ? checkName(value) : [`expected a plugin object, received ${describeValue(value)}`]);
  const plugin = value as Record<string, unknown>;
  checkApi(plugin, origin);
  refuse(origin, [...checkVersion(plugin), ...checkKinds(plugin), ...checkParts(plugin)]);
  return value as Plugin;
}

function checkName(plugin: Record<string, unknown>): string[] {
  return isText(plugin['name']) ? [] : [`name: expected a text, received ${describeValue(plugin['name'])}`];
}

function checkApi(plugin: Record<string, unknown>, { version, coreVersion }: Origin): void {
  const api = plugin['api'];
  if (SUPPORTED_APIS.some((supported) => supported === api)) return;
  const ownVersion = plugin['version'];
  throw fsaeError('FSAE_PLUGIN_API', {
    plugin: plugin['name'] as string,
    version: isText(ownVersion) ? ownVersion : version,
    api,
    core: coreVersion,
    supported: SUPPORTED_APIS,
  });
}

function checkVersion(plugin: Record<string, unknown>): string[] {
  const version = plugin['version'];
  return version === undefined || isText(version)
    ? []
    : [`version: expected a text, received ${describeValue(version)}`];
}

const METADATA = ['name', 'api', 'version'];

function checkKinds(plugin: Record<string, unknown>): string[] {
  const known = [...METADATA, ...Object.keys(kinds)];
  return Object.keys(plugin)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const meant = suggest(key, known);
      return `${key}: unknown key${meant === undefined ? '' : `. Did you mean "${meant}"?`}`;
    });
}

function checkParts(plugin: Record<string, unknown>): string[] {
  return (Object.keys(kinds) as PluginKind[]).flatMap((kind) => {
    const parts = plugin[kind];
    if (parts === undefined) return [];
    if (!isObject(parts)) return [`${kind}: expected an object of ${kind} by name, received ${describeValue(parts)}`];
    return Object.entries(parts).flatMap(([name, part]) =>
      checkPart(kind, part).map((problem) => `${kind}.${name}: ${problem}`),
    );
  });
}

function checkPart(kind: PluginKind, part: unknown): string[] {
  if (kind === 'trainers') return checkTrainer(part);
  if (kind === 'backends') return checkBackend(part);
  return checkDefinition(part);
}

function checkDefinition(part: unknown): string[] {
  if (!isObject(part)) return [`expected { options, create }, received ${describeValue(part)}`];
  const problems: string[] = [];
  if (!isStandardSchema(part['options'])) {
    problems.push(
      `options: expected a Standard Schema (valibot, zod, arktype ...), received ${describeValue(part['options'])}`,
    );
  }
  if (typeof part['create'] !== 'function') {
    problems.push(`create: expected a function, received ${describeValue(part['create'])}`);
  }
  return problems;
}

function checkTrainer(part: unknown): string[] {
  // Arrow functions and methods cannot be constructed: they have no prototype.
  const constructible = typeof part === 'function' && part.prototype !== undefined;
  return constructible ? [] : [`expected a class, received ${describeValue(part)}`];
}

function checkBackend(part: unknown): string[] {
  if (!isObject(part)) return [`expected a backend provider, received ${describeValue(part)}`];
  const problems: string[] = [];
  if (!isText(part['name'])) problems.push(`name: expected a text, received ${describeValue(part['name'])}`);
  if (typeof part['deterministic'] !== 'boolean') {
    problems.push(`deterministic: expected true or false, received ${describeValue(part['deterministic'])}`);
  }
  for (const method of ['available', 'activate']) {
    if (typeof part[method] !== 'function')
      problems.push(`${method}: expected a function, received ${describeValue(part[method])}`);
  }
  return problems;
}

function refuse({ label }: Origin, problems: readonly string[]): void {
  if (problems.length > 0) throw fsaeError('FSAE_PLUGIN_SHAPE', { plugin: label, problems });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** arktype's schemas are functions, everybody else's are objects. */
function isStandardSchema(value: unknown): boolean {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  const standard = (value as { readonly '~standard'?: { readonly validate?: unknown } })['~standard'];
  return typeof standard?.validate === 'function';
}
