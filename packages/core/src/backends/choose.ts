import * as tf from '@tensorflow/tfjs';
import type { Availability, BackendOptions, BackendProvider, Logger } from '../contracts/index.js';
import { fsaeError } from '../errors/catalogue.js';
import { version } from '../version.js';
import { knownBackends, rank } from './order.js';
import { selfTest, type Verdict } from './self-test.js';
import { createVerdictCache, type VerdictCache } from './verdicts.js';

/**
 * Finds the backend that a config asks for; activates nothing.
 *
 * `auto` goes down the recorded order, takes the first that is present and whose self-test agrees with cpu, and says in
 * one line what it took, why, and what would be faster.
 *
 * @param use 'auto' or the name of a backend
 * @throws FSAE_BACKEND_UNKNOWN, FSAE_BACKEND_UNAVAILABLE
 */
export async function chooseBackend(
  use: string,
  options: BackendOptions,
  providers: ReadonlyMap<string, BackendProvider>,
  logger: Logger,
  verdicts: VerdictCache = createVerdictCache(),
): Promise<{ provider: BackendProvider; why: string }> {
  if (use !== 'auto') return named(use, providers);
  const ranked = [...providers.values()].sort((a, b) => rank(a.name) - rank(b.name));
  const absent: { name: string; reason: string; install: string }[] = [];
  for (const provider of ranked) {
    const found = await provider.available();
    if (!found.ok) {
      absent.push({ name: provider.name, reason: found.reason, install: found.install });
      continue;
    }
    const verdict = await verdictOf(provider, found, options, verdicts);
    if (!verdict.ok) {
      logger.warn(`backend ${provider.name} is left out: its self-test failed (${verdict.reason})`);
      continue;
    }
    const why = describeChoice(provider, verdict, absent, providers);
    logger.info(why);
    return { provider, why };
  }
  throw fsaeError('FSAE_BACKEND_UNAVAILABLE', {
    name: 'auto',
    reason: `none of ${ranked.map(({ name }) => name).join(', ')} passed its self-test`,
    install: 'npm i @tensorflow/tfjs@~4.22.0',
  });
}

async function named(use: string, providers: ReadonlyMap<string, BackendProvider>) {
  const provider = providers.get(use);
  if (provider === undefined) throw fsaeError('FSAE_BACKEND_UNKNOWN', { name: use, known: [...providers.keys()] });
  const found = await provider.available();
  if (!found.ok)
    throw fsaeError('FSAE_BACKEND_UNAVAILABLE', { name: use, reason: found.reason, install: found.install });
  return { provider, why: `backend ${use}: named in the config` };
}

/** From the cache, or by running the self-test now. cpu is the reference and needs none. */
export async function verdictOf(
  provider: BackendProvider,
  found: Availability & { readonly ok: true },
  options: BackendOptions,
  verdicts: VerdictCache,
): Promise<Verdict> {
  if (provider.name === 'cpu') return { ok: true, difference: 0, seconds: 0 };
  const detail = `${found.detail ?? ''} on tfjs ${tf.version_core}, fsae ${version}`;
  const known = await verdicts.get(provider.name, detail);
  if (known !== undefined) return known;
  const verdict = await selfTest(provider, options);
  // A failure may be mended without a new version: by a reinstallation, by free memory.
  if (verdict.ok) await verdicts.set(provider.name, detail, verdict);
  return verdict;
}

function describeChoice(
  { name }: BackendProvider,
  verdict: Verdict & { readonly ok: true },
  absent: readonly { readonly name: string; readonly install: string }[],
  providers: ReadonlyMap<string, BackendProvider>,
): string {
  const agreed = name === 'cpu' ? '' : ` whose self-test agrees with cpu (to ${verdict.difference.toExponential(0)})`;
  // What no plugin here brings can still be had, when this release knows of it.
  const offers = knownBackends
    .filter((known) => rank(known.name) < rank(name))
    .map((known) => ({ ...known, install: absent.find((one) => one.name === known.name)?.install ?? known.install }))
    .filter((known) => !providers.has(known.name) || absent.some((one) => one.name === known.name))
    // What lacks hardware or a driver is no offer.
    .filter((known) => known.install !== null && /^np[mx] /.test(known.install))
    .map((known) => `${known.name} (${known.install})`);
  const faster = offers.length === 0 ? '' : `; faster would be ${offers.join(', ')}`;
  return `backend ${name}: the fastest present${agreed}${faster}`;
}
