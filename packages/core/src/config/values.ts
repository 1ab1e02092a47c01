import * as v from 'valibot';

// The kinds of values of a config. Every message is what belongs there: "expected <message>, received ...".

export interface Range {
  readonly min?: number;
  readonly max?: number;
  /** Excludes the bound itself. */
  readonly above?: number;
  readonly below?: number;
}

export function real(range: Range = {}) {
  const message = inWords('a number', range);
  return v.pipe(
    v.number(message),
    v.check((value) => isWithin(value, range), message),
  );
}

export function whole(range: Range) {
  const message = inWords('a whole number', range);
  return v.pipe(
    v.number(message),
    v.check((value) => Number.isSafeInteger(value) && isWithin(value, range), message),
  );
}

export function section<E extends v.ObjectEntries>(entries: E) {
  return v.strictObject(entries, 'an object');
}

export function choice<const T extends readonly string[]>(...options: T) {
  return v.picklist(options, `one of ${options.map((option) => `"${option}"`).join(', ')}`);
}

export function text(what: string) {
  return v.pipe(v.string(what), v.nonEmpty(what));
}

const SAFE_NAME_WORDS =
  'a name of at most 64 letters, digits, dashes, underscores, inner dots and spaces that begins with a letter or digit';

/** Becomes a folder name, a file name or a key of the checkpoint, on every file system. */
export const safeName = v.pipe(
  v.string(SAFE_NAME_WORDS),
  v.regex(/^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N} ._-]{0,62}[\p{L}\p{M}\p{N}_-])?$/u, SAFE_NAME_WORDS),
);

/** Picks the branch by the value's shape, so that an issue names the wrong option and not the whole union. */
export function either(simple: v.GenericSchema, object: v.GenericSchema) {
  return v.lazy((input) => (typeof input === 'object' && input !== null ? object : simple));
}

export function isWithin(value: number, { min, max, above, below }: Range): boolean {
  return (
    Number.isFinite(value) &&
    (min === undefined || value >= min) &&
    (max === undefined || value <= max) &&
    (above === undefined || value > above) &&
    (below === undefined || value < below)
  );
}

function inWords(noun: string, { min, max, above, below }: Range): string {
  const low = min !== undefined ? `from ${min}` : above !== undefined ? `above ${above}` : undefined;
  const high = max !== undefined ? `to ${max}` : below !== undefined ? `below ${below}` : undefined;
  if (low === undefined && high === undefined) return noun;
  if (high === undefined) return min !== undefined ? `${noun} of at least ${min}` : `${noun} ${low}`;
  if (low === undefined) return `${noun} ${high}`;
  return max !== undefined ? `${noun} ${low} ${high}` : `${noun} ${low} and ${high}`;
}
