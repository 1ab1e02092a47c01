/** A copy without the keys whose value is undefined: `warp: condition ? 1 : undefined` means "left out". */
export function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, entry]) => entry !== undefined)
      .map(([key, entry]) => [key, withoutUndefined(entry)]),
  );
}

/** The path of the first value that JSON would lose or change (a function, NaN, a Date, a typed array ...), if any. */
export function findUnsafe(
  value: unknown,
  path: readonly string[] = [],
): { path: readonly string[]; value: unknown } | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : { path, value };
  if (!Array.isArray(value) && !isPlainObject(value)) return { path, value };
  for (const [key, entry] of Object.entries(value)) {
    const found = findUnsafe(entry, [...path, key]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The same keys with other values. */
export function mapValues<A, B>(
  object: Readonly<Record<string, A>>,
  change: (value: A, key: string) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));
}

/** What a reader of the saved file gets, frozen to the last leaf. */
export function frozenJson<T>(value: T): T {
  return freeze(JSON.parse(JSON.stringify(value)) as T);
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const entry of Object.values(value)) freeze(entry);
    Object.freeze(value);
  }
  return value;
}

/** Of any realm: a config that jiti evaluated need not share this one's Object. */
function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
