import { explainBackendError } from '../backends/explain.js';
import { isFsaeError } from '../errors/fsae-error.js';

/** Prints what went wrong and returns the exit status. A stack trace only with --debug. */
export function reportError(
  thrown: unknown,
  { debug, stream }: { readonly debug: boolean; readonly stream: NodeJS.WritableStream },
): number {
  const error = explainBackendError(thrown) ?? thrown;
  if (isFsaeError(error)) {
    stream.write(`\n${error.code}\n${error.message}\n`);
    if (debug && error.stack !== undefined) stream.write(`\n${error.stack}\n`);
    if (debug && error.cause instanceof Error) stream.write(`\ncaused by ${error.cause.stack}\n`);
    return 1;
  }
  const message = error instanceof Error ? error.message : String(error);
  stream.write(
    `\nUnexpected error: ${message}\nThis is a bug in fsae or in a plugin. Run again with --debug for the stack trace.\n`,
  );
  if (debug && error instanceof Error) stream.write(`\n${error.stack}\n`);
  return 1;
}
