/**
 * Randomness is a function, not a stream: f(seed, purpose, counters). A sample of step n does not depend on how one got
 * there, so resuming needs the step number only, and workers can prefetch in any order.
 */
export interface Random {
  readonly seed: number;
  /** A short generator that belongs to this purpose and these counters alone, e.g. stream('warp', step, index). */
  stream(purpose: string, ...counters: readonly number[]): RandomStream;
}

export interface RandomStream {
  /** In [0, 1). */
  uniform(): number;
  /** Standard normal (Box & Muller 1958). */
  normal(): number;
  /** In 0..below-1. */
  integer(below: number): number;
}
