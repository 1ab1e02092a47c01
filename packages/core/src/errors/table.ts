import type { Problem } from './fsae-error.js';

/** A stage's part of the catalogue. Codes are permanent: rename nothing, reuse nothing. */
// biome-ignore lint/suspicious/noExplicitAny: each entry has details of its own; `satisfies` keeps them typed
export type ErrorTable = Readonly<Record<`FSAE_${string}`, (details: any) => Problem>>;
