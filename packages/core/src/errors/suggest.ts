/**
 * The candidate that a person most likely meant, or undefined. Case and separators count for nothing ('batch_size' is
 * 'batchSize'); then typing errors (Damerau 1964, adjacent transpositions included), at most one in three letters;
 * then a beginning of at least three letters ('latent' is 'latent-statistics').
 */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = plain(word);
  let best: { candidate: string; cost: number } | undefined;
  for (const candidate of candidates) {
    const cost = distance(wanted, plain(candidate));
    if (
      cost <= Math.max(1, Math.floor(wanted.length / 3)) &&
      cost < plain(candidate).length &&
      cost < (best?.cost ?? Number.POSITIVE_INFINITY)
    )
      best = { candidate, cost };
  }
  if (best !== undefined) return best.candidate;
  if (wanted.length < 3) return undefined;
  return [...candidates].find(
    (candidate) =>
      plain(candidate).startsWith(wanted) || (plain(candidate).length >= 3 && wanted.startsWith(plain(candidate))),
  );
}

function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/** Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours cost 1 each. */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, substituted);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, beforeLast[j - 2]! + 1);
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
