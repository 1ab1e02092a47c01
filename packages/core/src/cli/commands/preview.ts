import { resolve } from 'node:path';
import { writeRunFile } from '../../run/files.js';
import { previewRun } from '../../run/preview.js';
import { text, whole } from '../options.js';
import { locateRun } from '../resolve.js';
import type { Session } from '../session.js';

export async function run(
  [named]: readonly unknown[],
  options: Record<string, unknown>,
  session: Session,
): Promise<number> {
  const located = await locateRun(named, options, session);
  const [rows, backend, out] = [whole(options, 'rows'), text(options, 'backend'), text(options, 'out')];
  const { png, runFolder } = await previewRun({
    ...located,
    ...(rows === undefined ? {} : { rows }),
    ...(backend === undefined ? {} : { backend }),
    logger: session.logger,
    signal: session.signal,
  });
  const path =
    out === undefined
      ? await writeRunFile(runFolder, 'preview.png', png)
      : await writeRunFile(session.cwd, resolve(session.cwd, out), png);
  session.print(path);
  return 0;
}
