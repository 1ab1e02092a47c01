import type { Part } from '../contracts/index.js';

/**
 * One promise of a contract as a test: give `name` and `run` to any runner,
 * `for (const c of cases) test(c.name, c.run)`. `run` rejects with an Error that says what was expected and received.
 */
export interface ConformanceCase {
  readonly name: string;
  run(): Promise<void>;
}

/** Throws unless `condition` holds. */
export function check(condition: boolean, expected: string, received: unknown): asserts condition {
  if (!condition) throw new Error(`Expected ${expected}. Received: ${String(received)}.`);
}

/** As `freePart`, but insists that `dispose` leaves the weights to the run. */
export function freeStrictly(part: Part): void {
  part.dispose?.();
  for (const [path, weight] of Object.entries(part.weights ?? {})) {
    check(!weight.isDisposed, `dispose to leave the weight ${path} to the run`, 'it is disposed');
    weight.dispose();
  }
}

/** Equal to `tolerance` relative to the larger of both; values under 0.001 are compared as if they were that large. */
export function checkClose(received: number, expected: number, tolerance: number, what: string): void {
  const scale = Math.max(1e-3, Math.abs(expected), Math.abs(received));
  check(Math.abs(received - expected) <= tolerance * scale, `${what}: ${expected} +- ${tolerance * scale}`, received);
}
