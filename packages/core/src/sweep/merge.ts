import type { ConfigPatch } from './define.js';

/** Replaced by a patch that has them, never merged: what is not named again is meant to be gone. */
const WHOLE = new Set(['losses', 'plugins']);
/** Sections whose entries are parts: one of another kind (`use`) keeps none of the options before it. */
const PARTS = new Set(['model', 'identities']);

type Values = Readonly<Record<string, unknown>>;

/**
 * `patch` over `base`: sections key by key, lists and `losses` as a whole. A model part or identity is merged when the
 * patch leaves `use` out or repeats it, else replaced. What is undefined changes nothing.
 */
export function mergeConfig(base: ConfigPatch, patch: ConfigPatch): ConfigPatch {
  return merge(base, patch, []) as ConfigPatch;
}

function merge(base: unknown, patch: unknown, path: readonly string[]): unknown {
  if (patch === undefined) return base;
  const isPart = path.length === 2 && PARTS.has(path[0] as string);
  // A model part may be written by its name alone; the name of an identity alone is a folder.
  const under = isPart && path[0] === 'model' && typeof base === 'string' ? { use: base } : base;
  if (!isPlain(under) || !isPlain(patch) || (path.length === 1 && WHOLE.has(path[0] as string))) return patch;
  if (isPart && 'use' in patch && patch['use'] !== under['use']) return patch;
  const merged: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(patch)) {
    const result = merge(under[key], value, [...path, key]);
    if (result !== undefined) merged[key] = result;
  }
  return merged;
}

/** Plugins' objects and lists are values, not sections. */
function isPlain(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
