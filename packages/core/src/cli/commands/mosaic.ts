import { fsaeError } from '../../errors/catalogue.js';
import { drawMosaic } from '../../run/mosaic.js';
import { text } from '../options.js';
import type { Session } from '../session.js';

const MOST = 256;

export async function run(
  [inputs]: readonly unknown[],
  options: Record<string, unknown>,
  session: Session,
): Promise<number> {
  const path = await drawMosaic({
    inputs: (inputs as string[] | undefined) ?? [],
    grids: gridsOf(text(options, 'grids') ?? '3,7'),
    out: text(options, 'out') ?? 'mosaic.png',
    cwd: session.cwd,
  });
  session.print(path);
  return 0;
}

function gridsOf(given: string): number[] {
  const grids = given.split(',').map(Number);
  if (grids.every((grid) => Number.isInteger(grid) && grid >= 1 && grid <= MOST)) return grids;
  throw fsaeError('FSAE_CLI_OPTION', {
    option: '--grids',
    expected: `whole numbers from 1 to ${MOST}, as in 3,7`,
    received: given,
  });
}
