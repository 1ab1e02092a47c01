import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import type { Consent } from '../contracts/index.js';
import { fsaeError } from '../errors/catalogue.js';
import { reasonOf } from '../errors/describe.js';

export const CONSENT_FILE = 'consent.json';

const words = v.pipe(v.string(), v.trim(), v.nonEmpty('expected some words'));
const day = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d{2}-\d{2}$/, 'expected a day as 2027-12-31'),
  // 31 February would be some day of March.
  v.check((text) => new Date(text).toJSON()?.startsWith(text) === true, 'expected a day of the calendar'),
);

const schema = v.pipe(
  v.strictObject({
    person: words,
    purpose: words,
    until: v.nullable(day),
    given: v.exactOptional(day),
    evidence: v.exactOptional(words),
  }),
  v.forward(
    v.check(({ given, until }) => !given || !until || given <= until, 'expected a day after "given"'),
    ['until'],
  ),
);

/**
 * The consent in a file.
 * @throws FSAE_DATA_CONSENT_INVALID when there is no such file, or it holds something else
 */
export async function readConsent(file: string): Promise<Consent> {
  let value: unknown;
  try {
    value = JSON.parse((await readFile(file, 'utf8')).replace(/^\uFEFF/, ''));
  } catch (error) {
    throw fsaeError('FSAE_DATA_CONSENT_INVALID', { file, reasons: [reasonOf(error)] }, error);
  }
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const reasons = result.issues.map((issue) => [v.getDotPath(issue), issue.message].filter(Boolean).join(': '));
  throw fsaeError('FSAE_DATA_CONSENT_INVALID', { file, reasons });
}

/** Writes a consent into a dataset's folder, which is made if need be; gives the file's path. */
export async function writeConsent(folder: string, consent: Consent): Promise<string> {
  const file = join(folder, CONSENT_FILE);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(consent, null, 2)}\n`);
  return file;
}

/** On the day after the last one it no longer holds, wherever on earth one is (UTC). */
export function isExpired({ until }: Consent, now: number): boolean {
  return until !== null && new Date(now).toJSON().slice(0, 10) > until;
}

/** Whom a dataset shows: somebody who agreed, nobody real, or (undefined) somebody who was not asked. */
export type Shown = { readonly name: string; readonly consent: Consent | 'synthetic' | undefined };

/**
 * What each identity agreed to, as it goes into checkpoints; undefined when nobody was asked for anything.
 * An agreement that has ended is said by `warn`, or refused with the missing ones when consent is `required`.
 * @throws FSAE_DATA_CONSENT_MISSING, FSAE_DATA_CONSENT_EXPIRED
 */
export function collectConsent(
  identities: readonly Shown[],
  { required, now, warn }: { readonly required: boolean; readonly now: number; warn(message: string): void },
): Readonly<Record<string, Consent | 'synthetic'>> | undefined {
  const missing = identities.filter(({ consent }) => consent === undefined).map(({ name }) => name);
  if (required && missing.length > 0) throw fsaeError('FSAE_DATA_CONSENT_MISSING', { identities: missing });
  const agreed = identities.flatMap(({ name, consent }) => (consent === undefined ? [] : [[name, consent] as const]));
  for (const [identity, consent] of agreed) {
    if (consent === 'synthetic' || !isExpired(consent, now)) continue;
    const { person, until } = consent;
    if (required) throw fsaeError('FSAE_DATA_CONSENT_EXPIRED', { identity, person, until: until! });
    warn(`What ${person} (identity "${identity}") agreed to ended on ${until}.`);
  }
  return agreed.some(([, consent]) => consent !== 'synthetic') ? Object.fromEntries(agreed) : undefined;
}
