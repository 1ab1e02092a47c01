import { isDeepStrictEqual } from 'node:util';
import type { ResolvedConfig } from '../config/define.js';
import { decisive } from './plan.js';

/**
 * The settings, among those that decide the weights, in which a saved config differs. A setting that the version which
 * saved it did not have is no difference.
 */
export function changedPaths(saved: ResolvedConfig, now: ResolvedConfig): string[] {
  return compare('', decisive(saved), decisive(now));
}

function compare(path: string, saved: unknown, now: unknown): string[] {
  if (saved === undefined || isDeepStrictEqual(saved, now)) return [];
  if (!isMap(saved) || !isMap(now)) return [path];
  // Every loss and every identity counts, also one that is new.
  const closed = path === 'losses' || path === 'identities';
  const keys = closed ? new Set([...Object.keys(saved), ...Object.keys(now)]) : Object.keys(saved);
  return [...keys].flatMap((key) => {
    const below = path === '' ? key : `${path}.${key}`;
    return closed && !(key in saved) ? [below] : compare(below, saved[key], now[key]);
  });
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
