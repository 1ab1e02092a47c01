import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { PluginKind } from '../contracts/index.js';
import type { ConfigIssue } from '../errors/config.js';
import { describeValue } from '../errors/describe.js';
import type { MissingPart } from '../errors/plugins.js';
import { suggest } from '../errors/suggest.js';
import { packageNames } from '../plugins/load.js';
import { kinds, type PluginRegistry } from '../plugins/registry.js';
import type { CompleteConfig, NamedPart } from './complete.js';
import type { JsonObject } from './define.js';
import { toConfigIssues } from './issues.js';
import { findUnsafe } from './json.js';

/** A place in the config that names a part. */
export interface Slot {
  readonly path: readonly string[];
  readonly kind: PluginKind;
  readonly part: NamedPart;
}

/** Every part that a config names, in the order in which mistakes are reported. */
export function slotsOf(
  config: Pick<CompleteConfig, 'identities' | 'model' | 'losses' | 'evaluate' | 'train' | 'backend'>,
): Slot[] {
  const { model, train, backend } = config;
  const slots: Slot[] = [
    ...Object.entries(config.identities).map(([name, part]) => slot('datasets', part, 'identities', name)),
    slot('encoders', model.encoder, 'model', 'encoder'),
    slot('bottlenecks', model.bottleneck, 'model', 'bottleneck'),
    slot('decoders', model.decoder, 'model', 'decoder'),
    ...Object.entries(config.losses).map(([name, part]) => slot('losses', part, 'losses', name)),
    ...Object.entries(config.evaluate.metrics).flatMap(([name, part]) =>
      part === null ? [] : [slot('metrics', part, 'evaluate', 'metrics', name)],
    ),
    slot('trainers', { use: train.use, options: {} }, 'train', 'use'),
  ];
  // 'auto' names none: it takes the best that is there when the run starts.
  if (backend.use !== 'auto') slots.push(slot('backends', { use: backend.use, options: {} }, 'backend'));
  return slots;
}

function slot(kind: PluginKind, part: NamedPart, ...path: string[]): Slot {
  return { path, kind, part };
}

export interface ValidatedOptions {
  /** The schema's output: complete, and JSON-safe when there are no issues. */
  readonly options: JsonObject;
  readonly issues: readonly ConfigIssue[];
}

/** Puts a part's options through its definition's own schema. Trainers and backends have none. */
export async function validateOptions({ path, kind, part }: Slot, registry: PluginRegistry): Promise<ValidatedOptions> {
  const definition = registry.find(kind, part.use)?.definition;
  if (typeof definition !== 'object' || !('options' in definition)) return { options: {}, issues: [] };
  const schema = definition.options as StandardSchemaV1<unknown, JsonObject>;
  const result = await schema['~standard'].validate(part.options);
  if (result.issues !== undefined) {
    const place = { path, keys: kind === 'losses' ? ['use', 'weight'] : ['use'] };
    return {
      options: {},
      issues: result.issues.flatMap((issue) => toConfigIssues(issue, part.options, schema, place)),
    };
  }
  const unsafe = findUnsafe(result.value);
  if (unsafe === undefined) return { options: result.value, issues: [] };
  const problem = 'expected a value that JSON can hold';
  const issue = { path: [...path, ...unsafe.path], problem, received: describeValue(unsafe.value) };
  return { options: {}, issues: [issue] };
}

/** Packages of ours that a name alone selects. */
const PUBLISHED: { readonly [Kind in PluginKind]?: readonly string[] } = {
  losses: ['adversarial', 'arcface', 'landmark', 'lpips'],
  metrics: ['lpips', 'swapIdentity'],
  backends: ['onnx'],
};

/** What to say about a part that nobody brings: install it, write it right, or which packages were looked for. */
export function missingPart(
  { path, kind, part }: Slot,
  registry: PluginRegistry,
  root: string,
  /** The preset that the losses come from, where the config names none. */
  preset?: string,
): MissingPart {
  const hint = hintFor(kind, part.use, registry, root);
  const whose = preset !== undefined && kind === 'losses' ? `The preset "${preset}" needs it. ` : '';
  return { path, kind: kinds[kind], use: part.use, hint: `${whose}${hint}` };
}

function hintFor(kind: PluginKind, use: string, registry: PluginRegistry, root: string): string {
  const names = packageNames(kind, use);
  const empty = registry.plugins.find(({ from }) => from !== null && names.includes(from));
  if (empty !== undefined) return `"${empty.from}" is installed, but brings none of that name.`;
  const published = PUBLISHED[kind] ?? [];
  if (published.includes(use)) return `Install it: npm i ${names[0]}`;
  const known = [...registry.names(kind), ...(kind === 'backends' ? ['auto'] : [])];
  const meant = suggest(use, [...known, ...published]);
  if (meant !== undefined) {
    return `Did you mean "${meant}"?${known.includes(meant) ? '' : ` Install it: npm i ${packageNames(kind, meant)[0]}`}`;
  }
  const searched = names.length === 0 ? '' : ` Neither ${names.join(' nor ')} is installed in ${root}.`;
  return `Known: ${known.map((name) => `"${name}"`).join(', ') || 'none'}.${searched}`;
}
