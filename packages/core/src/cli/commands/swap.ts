import { fsaeError } from '../../errors/catalogue.js';
import { swapPictures } from '../../run/swap.js';
import { text } from '../options.js';
import { locateRun } from '../resolve.js';
import type { Session } from '../session.js';

export async function run(
  [inputs]: readonly unknown[],
  options: Record<string, unknown>,
  session: Session,
): Promise<number> {
  const [from, to, backend] = [text(options, 'from'), text(options, 'to'), text(options, 'backend')];
  if (from === undefined || to === undefined) {
    throw fsaeError('FSAE_CLI_OPTION', {
      option: from === undefined ? '--from' : '--to',
      expected: 'the name of an identity: --from gives pose and expression, --to is seen',
      received: 'none',
    });
  }
  const located = await locateRun(text(options, 'run'), options, session);
  const written = await swapPictures({
    ...located,
    from,
    to,
    inputs: (inputs as string[] | undefined) ?? [],
    out: text(options, 'out') ?? 'swapped',
    cwd: session.cwd,
    ...(backend === undefined ? {} : { backend }),
    logger: session.logger,
    signal: session.signal,
  });
  session.print(
    `${written.length} ${written.length === 1 ? 'picture' : 'pictures'} of ${to}: ${written[0]}${written.length > 1 ? ' ...' : ''}`,
  );
  return 0;
}
