import { resolve, sep } from 'node:path';
import { userCacheFolder } from '../../backends/verdicts.js';
import { fsaeError } from '../../errors/catalogue.js';
import { openSwap, swapAligned } from '../../run/swap.js';
import { loadMedia } from '../media.js';
import { amount, flag, given, text, whole } from '../options.js';
import { locateRun } from '../resolve.js';
import type { Session } from '../session.js';

export async function run(
  [names = []]: readonly unknown[],
  options: Record<string, unknown>,
  session: Session,
): Promise<number> {
  const { cwd, logger, signal } = session;
  const [from, to] = [text(options, 'from'), text(options, 'to')];
  if (from === undefined || to === undefined) {
    throw fsaeError('FSAE_CLI_OPTION', {
      option: from === undefined ? '--from' : '--to',
      expected: 'the name of an identity: --from gives pose and expression, --to is seen',
      received: 'none',
    });
  }
  const inputs = (names as readonly unknown[]).map(String);
  const out = text(options, 'out') ?? 'swapped';
  const located = await locateRun(text(options, 'run'), options, session);
  const model = await openSwap({
    ...located,
    from,
    to,
    ...given('backend', text(options, 'backend')),
    logger,
    signal,
  });
  try {
    if (flag(options, 'aligned') || areInside(model.folders, inputs, cwd)) {
      const written = await swapAligned(model, { inputs, out, cwd });
      const more = written.length > 1 ? ' ...' : '';
      session.print(
        `${written.length} ${written.length === 1 ? 'picture' : 'pictures'} of ${to}: ${written[0]}${more}`,
      );
      return 0;
    }
    const media = await loadMedia(cwd, 'swap');
    const { summary, failed } = await media.swap({
      model,
      inputs,
      cwd,
      out,
      cacheDir: userCacheFolder(),
      logger,
      signal,
      compare: flag(options, 'compare'),
      ...given('colour', text(options, 'colour')),
      ...given('format', text(options, 'format')),
      ...given('mask', text(options, 'mask')),
      ...given('person', text(options, 'person')),
      ...given('distance', amount(options, 'distance')),
      ...given('minSize', whole(options, 'minSize')),
      ...given('signing', signingOf(options, cwd)),
    });
    for (const line of summary) session.print(line);
    return failed === 0 ? 0 : 1;
  } finally {
    model.dispose();
  }
}

/** What a run was trained on is aligned; whatever is named otherwise is not. */
function areInside(folders: readonly string[], inputs: readonly string[], cwd: string): boolean {
  const isInside = (path: string) => folders.some((folder) => path === folder || path.startsWith(folder + sep));
  return inputs.length > 0 && inputs.every((input) => isInside(resolve(cwd, input)));
}

/** @throws FSAE_CLI_OPTION when there is a certificate without a key, or a key without a certificate */
function signingOf(options: Record<string, unknown>, cwd: string) {
  const [certificate, key] = [text(options, 'certificate'), text(options, 'key')];
  if (certificate === undefined && key === undefined) return undefined;
  if (certificate === undefined || key === undefined) {
    throw fsaeError('FSAE_CLI_OPTION', {
      option: certificate === undefined ? '--certificate' : '--key',
      expected: 'both --certificate and --key, files in PEM form',
      received: 'one of them',
    });
  }
  return { certificate: resolve(cwd, certificate), privateKey: resolve(cwd, key) };
}
