import { join, resolve } from 'node:path';
import { person } from '@fsae/avatars';
import { writeAvatarFolder } from '../../data/avatar-folders.js';
import { fsaeError } from '../../errors/catalogue.js';
import { text, whole } from '../options.js';
import type { Session } from '../session.js';

export async function run(_: readonly unknown[], options: Record<string, unknown>, session: Session): Promise<number> {
  const out = resolve(session.cwd, text(options, 'out') ?? 'avatars');
  const people = whole(options, 'people') ?? 2;
  const count = whole(options, 'count') ?? 1000;
  const size = whole(options, 'size', 16) ?? 64;
  const seed = whole(options, 'seed', 0) ?? 1;
  for (let number = 1; number <= people; number++) {
    const dir = join(out, person(number).name);
    const written = await writeAvatarFolder({ dir, person: number, count, size, seed }).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      throw fsaeError('FSAE_CLI_OUTPUT', { path: dir, reason }, error);
    });
    session.print(`${written.length} faces of ${person(number).name}: ${dir}`);
  }
  return 0;
}
