/**
 * Two names that differ in upper and lower case or Unicode form only: one folder on many file systems, and one person to
 * a reader. Equal names never get here: objects hold a key once.
 */
export function clashingIdentities(names: readonly string[]): readonly [first: string, second: string] | undefined {
  const seen = new Map<string, string>();
  for (const name of names) {
    const folded = name.normalize('NFKC').toLowerCase();
    const first = seen.get(folded);
    if (first !== undefined) return [first, name];
    seen.set(folded, name);
  }
  return undefined;
}
