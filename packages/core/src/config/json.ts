/**
 * A copy without the keys whose value is undefined: `warp: condition ? 1 : undefined` means "left out". Values of the
 * `untouched` keys are not copied, nor is what holds itself (YAML can say that).
 */
export function withoutUndefined(
  value: unknown,
  untouched: readonly string[] = [],
  above: readonly unknown[] = [],
): unknown {
  if (above.includes(value)) return value;
  if (Array.isArray(value)) return value.map((entry) => withoutUndefined(entry, [], [...above, value]));
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, entry]) => entry !== undefined)
      .map(([key, entry]) => [key, untouched.includes(key) ? entry : withoutUndefined(entry, [], [...above, value])]),
  );
}

/** Where JSON would lose or change something (a function, NaN, a Date, a typed array, a circle ...), if anywhere. */
export function findUnsafe(
  value: unknown,
  path: readonly string[] = [],
  above: readonly unknown[] = [],
): { readonly path: readonly string[]; readonly value: unknown } | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : { path, value };
  if (above.includes(value) || !(Array.isArray(value) || isPlainObject(value))) return { path, value };
  for (const [key, entry] of Object.entries(value)) {
    // JSON leaves such a key out, which is what it means.
    if (entry === undefined && !Array.isArray(value)) continue;
    const found = findUnsafe(entry, [...path, key], [...above, value]);
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
