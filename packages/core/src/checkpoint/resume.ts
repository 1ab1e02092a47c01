import { isDeepStrictEqual } from 'node:util';
import type { Json, ResolvedConfig } from '../config/define.js';
import { fsaeError } from '../errors/catalogue.js';

/** `null` stands for a value that is not there. */
export interface Change {
  readonly path: string;
  readonly from: Json;
  readonly to: Json;
}

/**
 * May a run with config `now` go on from a checkpoint of config `saved`? Throws FSAE_CHECKPOINT_MISMATCH with every
 * disagreement when model, picture size, identities (names, their order, which is their label, and kinds of datasets)
 * or losses (names and kinds) differ: the saved weights would mean something else. Every other change is returned.
 */
export function checkResume(saved: ResolvedConfig, now: ResolvedConfig): { changes: Change[] } {
  const differences = compare('', essence(saved), essence(now));
  if (differences.length > 0) throw fsaeError('FSAE_CHECKPOINT_MISMATCH', { differences });
  return { changes: compare('', saved as unknown as Json, now as unknown as Json) };
}

function essence({ model, size, identities, losses }: ResolvedConfig): Json {
  const kinds = (parts: Readonly<Record<string, { readonly use: string }>>) =>
    Object.entries(parts).map(([name, { use }]) => (name === use ? name : `${name} (${use})`));
  return { model: model as unknown as Json, size, identities: kinds(identities), losses: kinds(losses).sort() };
}

/** The leaves in which two values differ. Lists are leaves: a path into one would say little. */
function compare(path: string, from: Json | undefined, to: Json | undefined): Change[] {
  if (isDeepStrictEqual(from, to)) return [];
  if (!isMap(from) || !isMap(to)) return [{ path, from: from ?? null, to: to ?? null }];
  const keys = new Set([...Object.keys(from), ...Object.keys(to)]);
  return [...keys].flatMap((key) => compare(path === '' ? key : `${path}.${key}`, from[key], to[key]));
}

function isMap(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
