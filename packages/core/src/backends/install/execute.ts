import { spawn } from 'node:child_process';
import { fsaeError } from '../../errors/catalogue.js';

export interface Command {
  /** What it does, for the error: 'downloading TensorFlow'. */
  readonly step: string;
  readonly command: string;
  readonly arguments: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs a program and returns what it printed.
 *
 * @throws FSAE_BACKEND_INSTALL_STEP when it cannot be started or ends with another status than 0
 */
export async function execute({ step, command, arguments: list, cwd, env }: Command): Promise<string> {
  const { status, output } = await outcome(command, list, { cwd, env: { ...process.env, ...env } });
  if (status === 0) return output;
  // The last lines of a compiler or of pip say what went wrong.
  const lines = output.trimEnd().split('\n').slice(-12);
  throw fsaeError('FSAE_BACKEND_INSTALL_STEP', {
    step,
    command: [command, ...list].join(' '),
    output: lines.join('\n'),
  });
}

/** What a program prints when it runs, undefined when it does not. */
export async function probe(command: string, ...list: string[]): Promise<string | undefined> {
  const { status, output } = await outcome(command, list, {});
  return status === 0 ? output.trim() : undefined;
}

function outcome(
  command: string,
  list: readonly string[],
  options: { readonly cwd?: string | undefined; readonly env?: NodeJS.ProcessEnv },
): Promise<{ status: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, list, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', (error) => resolve({ status: null, output: error.message }));
    child.on('close', (status) => resolve({ status, output }));
  });
}
