import { fsaeError } from '../../errors/catalogue.js';
import { createPlugin, type TemplateKind, templateKinds } from '../../plugins/create.js';
import { text } from '../options.js';
import type { Session } from '../session.js';

export async function run(
  [name]: readonly unknown[],
  options: Record<string, unknown>,
  session: Session,
): Promise<number> {
  const kind = text(options, 'kind') as TemplateKind | undefined;
  if (kind !== undefined && !templateKinds.includes(kind)) {
    throw fsaeError('FSAE_CLI_OPTION', { option: '--kind', expected: templateKinds.join(', '), received: kind });
  }
  const created = await createPlugin({
    dir: session.cwd,
    name: String(name),
    ...(kind === undefined ? {} : { kind }),
  });
  session.print(`${created.folder}\n  ${created.files.join('\n  ')}`);
  session.print('Next: `npm install`, `npm test` and `npm run build` there; docs/plugins/write.md goes on from here.');
  return 0;
}
