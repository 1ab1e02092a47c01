import { fsaeError } from '../../errors/catalogue.js';
import { exportSwap } from '../../run/export.js';
import { text } from '../options.js';
import { locateRun } from '../resolve.js';
import type { Session } from '../session.js';

export async function run(
  [named]: readonly unknown[],
  options: Record<string, unknown>,
  session: Session,
): Promise<number> {
  const [from, to] = [required(options, 'from'), required(options, 'to')];
  const format = text(options, 'format') ?? 'onnx';
  if (format !== 'onnx') throw fsaeError('FSAE_CLI_OPTION', { option: '--format', expected: 'onnx', received: format });
  const file = await exportSwap({
    ...(await locateRun(named, options, session)),
    from,
    to,
    out: text(options, 'out') ?? `${from}-to-${to}.onnx`,
    cwd: session.cwd,
    logger: session.logger,
    signal: session.signal,
  });
  session.print(`${file}\nInput "faces" and output "swapped": float32 [batch, size, size, 3], RGB in 0 to 1.`);
  return 0;
}

function required(options: Record<string, unknown>, name: 'from' | 'to'): string {
  const identity = text(options, name);
  if (identity !== undefined) return identity;
  throw fsaeError('FSAE_CLI_OPTION', {
    option: `--${name}`,
    expected: 'the name of an identity: --from gives pose and expression, --to is seen',
    received: 'none',
  });
}
