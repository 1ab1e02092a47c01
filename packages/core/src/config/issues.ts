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

/** A Standard Schema issue about `input` as a ConfigIssue; `schema` is where suggestions come from. */
export function toConfigIssue(
  issue: StandardSchemaV1.Issue,
  input: unknown,
  schema: unknown,
  place: Place = { path: [], keys: [] },
): ConfigIssue {
  const { type, expected, message } = issue as DetailedIssue;
  const keys = (issue.path ?? []).map((item) => String(typeof item === 'object' ? item.key : item));
  const path = [...place.path, ...keys];
  const last = keys.at(-1);
  const parent = nodeAt(schema, input, keys.slice(0, -1));
  if (type === 'strict_object' && expected === 'never' && last !== undefined) {
    const meant =
      suggest(last, [...keysOf(parent), ...(keys.length === 1 ? place.keys : [])]) ?? elsewhere(last, schema);
    return { path, problem: 'unknown key', ...didYouMean(meant) };
  }
  if (type?.endsWith('_object') && last !== undefined && expected === JSON.stringify(last)) {
    const wanted = nodeAt(schema, input, keys)?.message;
    return { path, problem: `expected ${typeof wanted === 'string' ? wanted : 'a value'}`, received: 'nothing' };
  }
  const wrongKey = (issue.path?.at(-1) as { readonly origin?: unknown } | undefined)?.origin === 'key';
  const value = wrongKey ? last : valueAt(input, keys);
  const choices = (nodeAt(schema, input, keys)?.options ?? []).filter((option) => typeof option === 'string');
  return {
    path,
    problem: inWords(message, expected),
    received: describeValue(value),
    ...didYouMean(typeof value === 'string' ? suggest(value, choices) : undefined),
  };
}

export function didYouMean(meant: string | undefined): { hint?: string } {
  return meant === undefined ? {} : { hint: `Did you mean "${meant}"?` };
}

/** Our own messages say what belongs there; a library's own begin with a capital ("Invalid type: Expected ..."). */
function inWords(message: string, expected: string | null | undefined): string {
  if (/^\p{Ll}/u.test(message)) return `expected ${message}`;
  return expected === undefined || expected === null ? message : `expected ${expected}`;
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

function keysOf(node: SchemaNode | undefined): string[] {
  return Object.keys(node?.entries ?? node?.shape ?? {});
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
