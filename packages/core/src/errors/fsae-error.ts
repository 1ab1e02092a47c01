/** What a person needs to get on: what happened, what was expected, what was received, what to do. */
export interface Problem {
  readonly what: string;
  readonly expected?: string;
  readonly received?: string;
  readonly todo: string;
}

/**
 * Every error a user can cause or meet. `code` is permanent (FSAE_...): scripts may test for it, docs/reference/errors.md
 * explains it. Plugins throw it too, under codes of their own.
 */
export class FsaeError extends Error {
  override readonly name = 'FsaeError';

  constructor(
    readonly code: `FSAE_${string}`,
    readonly problem: Problem,
    options?: ErrorOptions,
  ) {
    super(format(problem), options);
  }
}

/** Structural, never `instanceof`: two installed copies of core must agree. */
export function isFsaeError(error: unknown): error is FsaeError {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('FSAE_') && 'problem' in error;
}

function format({ what, expected, received, todo }: Problem): string {
  const lines = [what];
  if (expected !== undefined) lines.push(`  Expected: ${expected}`);
  if (received !== undefined) lines.push(`  Received: ${received}`);
  lines.push(`  To do: ${todo}`);
  return lines.join('\n');
}
