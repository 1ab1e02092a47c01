import type { Logger } from '../contracts/index.js';

/** What a command is given: where it stands, where it prints, and how it is told to stop. */
export interface Session {
  readonly cwd: string;
  readonly debug: boolean;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  print(text: string): void;
}

/** Exit status of a program that Ctrl-C ended. */
export const INTERRUPTED = 130;

/** Ctrl-C lets the step in progress finish and be saved; a second one ends the process at once. */
export function createSession({ debug }: { readonly debug: boolean }): Session {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    process.stderr.write('\nStopping after this step; Ctrl-C again ends at once.\n');
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return {
    cwd: process.cwd(),
    debug,
    signal: controller.signal,
    logger: {
      info: (message) => process.stdout.write(`${message}\n`),
      warn: (message) => process.stderr.write(`warning: ${message}\n`),
    },
    print: (text) => process.stdout.write(`${text}\n`),
  };
}
