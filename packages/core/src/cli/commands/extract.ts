import { resolve } from 'node:path';
import { userCacheFolder } from '../../backends/verdicts.js';
import { readConsent, writeConsent } from '../../data/consent.js';
import { fsaeError } from '../../errors/catalogue.js';
import { openBackend } from '../../run/backend.js';
import { loadMedia } from '../media.js';
import { amount, given, text, whole } from '../options.js';
import type { Session } from '../session.js';

export async function run(
  [inputs = []]: readonly unknown[],
  options: Record<string, unknown>,
  session: Session,
): Promise<number> {
  const { cwd, logger, signal } = session;
  const out = text(options, 'out');
  if (out === undefined) {
    throw fsaeError('FSAE_CLI_OPTION', {
      option: '--out',
      expected: 'the folder that the faces of one person go to, such as faces/src',
      received: 'none',
    });
  }
  const media = await loadMedia(cwd, 'extract');
  const consent = text(options, 'consent');
  // Read before any work is done, so that a misspelt one is found out now; written before the first face is.
  if (consent !== undefined) await writeConsent(resolve(cwd, out), await readConsent(resolve(cwd, consent)));
  await openBackend({ ...given('use', text(options, 'backend')), root: cwd, logger });
  const { summary, failed } = await media.extract({
    inputs: (inputs as readonly unknown[]).map(String),
    cwd,
    out,
    cacheDir: userCacheFolder(),
    logger,
    signal,
    ...given('person', text(options, 'person')),
    ...given('distance', amount(options, 'distance')),
    ...given('minSize', whole(options, 'minSize')),
    ...given('mask', text(options, 'mask')),
    ...given('every', whole(options, 'every')),
    ...given('size', whole(options, 'size', 16)),
    ...given('margin', amount(options, 'margin')),
    ...given('format', text(options, 'format')),
    ...given('blur', amount(options, 'blur')),
    ...given('duplicates', amount(options, 'duplicates')),
  });
  for (const line of summary) session.print(line);
  return failed === 0 ? 0 : 1;
}
