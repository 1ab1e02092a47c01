import type { Session } from '../session.js';

export async function run(_: readonly unknown[], __: Record<string, unknown>, session: Session): Promise<number> {
  session.print('');
  return 0;
}
