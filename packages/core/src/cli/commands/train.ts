import { fsaeError } from '../../errors/catalogue.js';
import { inspect } from '../../run/inspect.js';
import { train } from '../../run/train.js';
import { estimateLine } from '../inspection.js';
import { flag } from '../options.js';
import { resolveFrom } from '../resolve.js';
import { INTERRUPTED, type Session } from '../session.js';
import { watched } from '../watched.js';

/** The training that follows says which backend it uses and why. */
const SILENCE = { info() {}, warn() {} };

export async function run(_: readonly unknown[], options: Record<string, unknown>, session: Session): Promise<number> {
  if (flag(options, 'resume') && flag(options, 'fresh')) {
    throw fsaeError('FSAE_CLI_OPTION', {
      option: '--resume',
      expected: '--resume or --fresh',
      received: 'both',
    });
  }
  const resolved = await resolveFrom(options, session);
  const { signal } = session;
  session.print(estimateLine(await inspect(resolved, SILENCE)));
  const result = await train(resolved, {
    signal,
    fresh: flag(options, 'fresh'),
    mustResume: flag(options, 'resume'),
    ...watched(session),
  });
  const { step, runFolder, reason, resumedFrom } = result;
  if (step === resumedFrom) session.print(`The run is complete at step ${step}: ${runFolder}`);
  else session.print(`Step ${step} saved: ${runFolder}`);
  if (reason === 'stopped') {
    session.print('Stopped; `fsae train` goes on from here.');
    return INTERRUPTED;
  }
  session.print('Next: `fsae evaluate` measures it, `fsae swap --from ... --to ... PICTURES` uses it.');
  return 0;
}
