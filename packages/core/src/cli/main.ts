import { cac } from 'cac';
import { fsaeError } from '../errors/catalogue.js';
import { suggest } from '../errors/suggest.js';
import { version } from '../version.js';
import { commands } from './commands.js';
import { reportError } from './errors.js';
import { createSession } from './session.js';

/** Parse, call, print: the work is in the modules that commands import when they run, so that --help stays quick. */
async function main(argv: readonly string[]): Promise<number> {
  const debug = argv.includes('--debug');
  try {
    return await dispatch(argv, debug);
  } catch (error) {
    return reportError(error, { debug, stream: process.stderr });
  }
}

async function dispatch(argv: readonly string[], debug: boolean): Promise<number> {
  const cli = cac('fsae');
  cli.version(version);
  cli.help();
  cli.option('--debug', 'Print stack traces');
  let exit: Promise<number> | undefined;
  for (const command of commands) {
    const parser = cli.command(command.usage, command.summary);
    for (const [flag, text] of command.options) parser.option(flag, text);
    for (const example of command.examples ?? []) parser.example(`  ${example}`);
    parser.action((...values: unknown[]) => {
      // cac hands on positionals first and the options last.
      const options = values.at(-1) as Record<string, unknown>;
      exit = command.load().then(({ run }) => run(values.slice(0, -1), options, createSession({ debug })));
    });
  }
  const parsed = cli.parse(['node', 'fsae', ...argv.slice(2)], { run: false });
  if (parsed.options['help'] === true || parsed.options['version'] === true) return 0;
  if (cli.matchedCommand === undefined) return refuseOrHelp(cli, parsed.args[0]);
  try {
    cli.runMatchedCommand();
  } catch (error) {
    throw usageError(error);
  }
  return (await exit) ?? 0;
}

function refuseOrHelp(cli: ReturnType<typeof cac>, name: string | undefined): number {
  if (name !== undefined) {
    const known = commands.map(({ usage }) => usage.split(' ')[0] as string);
    throw fsaeError('FSAE_CLI_COMMAND', { name, known, nearest: suggest(name, known) });
  }
  cli.outputHelp();
  return 0;
}

/** cac's own complaints (unknown option, missing argument) in our form. */
function usageError(error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== 'CACError') return error;
  return fsaeError('FSAE_CLI_USAGE', { message: error.message }, error);
}

// Whoever reads the output may leave early (`| head`): that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
process.exitCode = await main(process.argv);
