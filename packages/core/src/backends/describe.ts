import type { BackendProvider } from '../contracts/index.js';
import { verdictOf } from './choose.js';
import { rank } from './order.js';
import type { Verdict } from './self-test.js';
import { createVerdictCache, type VerdictCache } from './verdicts.js';

/** One line of `fsae doctor`. */
export interface BackendRow {
  readonly name: string;
  /** 1 for the one that `auto` prefers. */
  readonly rank: number;
  readonly found: boolean;
  /** Package and version where found, the reason where not. */
  readonly detail: string;
  /** How to get it; null where it is there. */
  readonly install: string | null;
  readonly deterministic: boolean;
  readonly selfTest: Verdict | null;
}

/** Looks at every backend, fastest first, and runs the self-test of those present (or recalls it). */
export async function describeBackends(
  providers: ReadonlyMap<string, BackendProvider>,
  verdicts: VerdictCache = createVerdictCache(),
): Promise<BackendRow[]> {
  const rows: BackendRow[] = [];
  const ranked = [...providers.values()].sort((a, b) => rank(a.name) - rank(b.name));
  for (const [i, provider] of ranked.entries()) {
    const found = await provider.available();
    const common = { name: provider.name, rank: i + 1, found: found.ok, deterministic: provider.deterministic };
    rows.push(
      found.ok
        ? {
            ...common,
            detail: found.detail ?? '',
            install: null,
            selfTest: await verdictOf(provider, found, {}, verdicts),
          }
        : { ...common, detail: found.reason, install: found.install, selfTest: null },
    );
  }
  return rows;
}
