import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { ConfigIssue } from '../errors/config.js';
import { describeValue } from '../errors/describe.js';
import { suggest } from '../errors/suggest.js';

/** What valibot adds to a Standard Schema issue (zod has `expected` too); read structurally, any library may be behind it. */
interface DetailedIssue extends StandardSchemaV1.Issue {
  readonly type?: string;
  readonly expected?: string | null;
}

/** A schema as far as suggestions need it: the keys and the choices that it knows. */
interface SchemaNode {
  readonly entries?: Readonly<Record<string, SchemaNode>>;
  readonly shape?: Readonly<Record<string, SchemaNode>>;
  readonly value?: SchemaNode;
  readonly wrapped?: SchemaNode;
  readonly options?: readonly unknown[];
  readonly getter?: (input: unknown) => SchemaNode;
  readonly message?: unknown;
}

/** Where the input of a part's own schema stands in the config, and which keys beside its options belong there. */
export interface Place {
  readonly path: readonly string[];
  readonly keys: readonly string[];
}

/** A Standard Schema issue about `input` as ConfigIssues; `schema` is where suggestions come from. */
export function toConfigIssues(
  issue: StandardSchemaV1.Issue,
  input: unknown,
  schema: unknown,
  place: Place = { path: [], keys: [] },
): ConfigIssue[] {
  const { type, expected } = issue as DetailedIssue;
  const keys = (issue.path ?? []).map((item) => String(typeof item === 'object' ? item.key : item));
  const path = [...place.path, ...keys];
  const last = keys.at(-1);
  if (type === 'strict_object' && expected === 'never') return unknownKeys(keys.slice(0, -1), input, schema, place);
  if (type?.endsWith('_object') && last !== undefined && expected === JSON.stringify(last)) {
    const wanted = nodeAt(schema, input, keys)?.message;
    return [{ path, problem: `expected ${typeof wanted === 'string' ? wanted : 'a value'}`, received: 'nothing' }];
  }
  const wrongKey = (issue.path?.at(-1) as { readonly origin?: unknown } | undefined)?.origin === 'key';
  const value = wrongKey ? last : valueAt(input, keys);
  const choices = (nodeAt(schema, input, keys)?.options ?? []).filter((option) => typeof option === 'string');
  const meant = typeof value === 'string' ? suggest(value, choices) : undefined;
  return [
    { path, problem: inWords(issue, place.path.length > 0), received: describeValue(value), ...didYouMean(meant) },
  ];
}

/** valibot stops at the first unknown key of an object; a person wants to hear of all. */
function unknownKeys(parent: readonly string[], input: unknown, schema: unknown, place: Place): ConfigIssue[] {
  const node = nodeAt(schema, input, parent);
  const known = Object.keys(node?.entries ?? {});
  const unknown = Object.keys(valueAt(input, parent) as object).filter((key) => !known.includes(key));
  const beside = parent.length === 0 ? place.keys : [];
  return unknown.map((key) => ({
    path: [...place.path, ...parent, key],
    problem: 'unknown key',
    ...didYouMean(suggest(key, [...known, ...beside]) ?? elsewhere(key, schema)),
  }));
}

function didYouMean(meant: string | undefined): { hint?: string } {
  return meant === undefined ? {} : { hint: `Did you mean "${meant}"?` };
}

/** The config's own messages say what belongs there; of a library's standard messages that is the better half. */
function inWords({ message, expected }: DetailedIssue, isPart: boolean): string {
  if (!isPart) return `expected ${message}`;
  const isStandard = message.startsWith('Invalid ') && typeof expected === 'string';
  return isStandard ? `expected ${expected}` : message;
}

function valueAt(input: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined),
    input,
  );
}

function nodeAt(schema: unknown, input: unknown, keys: readonly string[]): SchemaNode | undefined {
  let node = unwrap(schema as SchemaNode | undefined, input);
  for (const [depth, key] of keys.entries()) {
    const next = node?.entries?.[key] ?? node?.shape?.[key] ?? node?.value;
    node = unwrap(next, valueAt(input, keys.slice(0, depth + 1)));
  }
  return node;
}

/** Optional and lazy schemas stand for another one. */
function unwrap(node: SchemaNode | undefined, value: unknown): SchemaNode | undefined {
  if (node?.wrapped !== undefined) return unwrap(node.wrapped, value);
  if (node?.getter !== undefined) return unwrap(node.getter(value), value);
  return node;
}

/** A key that belongs into another section: `steps` is `train.steps`. */
function elsewhere(key: string, schema: unknown): string | undefined {
  const search = (node: SchemaNode | undefined, path: readonly string[]): string | undefined => {
    for (const [name, child] of Object.entries(node?.entries ?? {})) {
      if (name === key && path.length > 0) return [...path, name].join('.');
      const found = search(unwrap(child, undefined), [...path, name]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return search(unwrap(schema as SchemaNode | undefined, undefined), []);
}
