import { type Inspection, inspect } from '../../run/inspect.js';
import { inspectionText } from '../inspection.js';
import { flag, text } from '../options.js';
import { locateRun, resolveFrom } from '../resolve.js';
import type { Session } from '../session.js';

export async function run(
  [named]: readonly unknown[],
  options: Record<string, unknown>,
  session: Session,
): Promise<number> {
  const json = flag(options, 'json');
  const quiet = { info: () => {}, warn: session.logger.warn };
  const resolved = await subject(named, options, session);
  const inspection: Inspection = await inspect(resolved, json ? quiet : session.logger);
  session.print(json ? JSON.stringify(inspection, null, 2) : await inspectionText(inspection));
  return 0;
}

/** A trained run, a preset on its own, or this folder's config. */
async function subject(named: unknown, options: Record<string, unknown>, session: Session) {
  const [preset, backend] = [text(options, 'preset'), text(options, 'backend')];
  if (typeof named === 'string') {
    const { readRunConfig } = await import('../../run/locate.js');
    const located = await locateRun(named, options, session);
    return readRunConfig(located, backend);
  }
  if (preset === undefined) return resolveFrom(options, session);
  const { resolveConfig } = await import('../../config/resolve.js');
  const people = { src: { use: 'avatars' }, dst: { use: 'avatars' } };
  // The losses of a preset may live in packages that are not installed; what is shown here does not depend on them.
  const config = { identities: people, preset, losses: { l1: 1 }, ...(backend === undefined ? {} : { backend }) };
  return resolveConfig(config, { file: null, root: session.cwd });
}
