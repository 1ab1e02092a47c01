import type { ErrorTable } from './table.js';

export const cliErrors = {
  FSAE_CLI_COMMAND: (d: { name: string; known: readonly string[]; nearest: string | undefined }) => ({
    what: `There is no command "${d.name}".`,
    expected: d.known.join(', '),
    received: `"${d.name}"`,
    todo: d.nearest === undefined ? 'See `fsae --help`.' : `Did you mean \`fsae ${d.nearest}\`?`,
  }),
  FSAE_CLI_USAGE: (d: { message: string }) => ({
    what: `The command line was not understood: ${d.message}.`,
    todo: 'See `fsae COMMAND --help`.',
  }),
  FSAE_CLI_OPTION: (d: { option: string; expected: string; received: string }) => ({
    what: `The option ${d.option} was not understood.`,
    expected: d.expected,
    received: d.received,
    todo: 'See `fsae COMMAND --help`.',
  }),
  FSAE_CLI_INPUTS: (d: { command: string; expected: string; received: string }) => ({
    what: `\`fsae ${d.command}\` has nothing to work on.`,
    expected: d.expected,
    received: d.received,
    todo: `See \`fsae ${d.command} --help\`.`,
  }),
  FSAE_CLI_OUTPUT: (d: { path: string; reason: string }) => ({
    what: `Cannot write ${d.path}.`,
    expected: 'a folder that this user may write to',
    received: d.reason,
    todo: 'Free space, change the permissions, or name another place with --out.',
  }),
  FSAE_CLI_MEDIA_MISSING: (d: { command: string; cwd: string }) => ({
    what: `\`fsae ${d.command}\` finds faces with the package @fsae/media, which is not installed.`,
    expected: `@fsae/media, seen from ${d.cwd}`,
    received: 'none',
    todo:
      d.command === 'swap'
        ? 'Run `npm i @fsae/media`. Pictures that are aligned crops already need it not: add --aligned.'
        : 'Run `npm i @fsae/media`.',
  }),
} satisfies ErrorTable;
