import { type ConfigIssue, formatIssue } from './config.js';
import type { ErrorTable } from './table.js';

export const sweepErrors = {
  FSAE_SWEEP_NOT_FOUND: (d: { file: string; cwd: string }) => ({
    what: `There is no sweep file ${d.file}.`,
    expected: 'sweep.config.ts, .mts, .js, .mjs, .cjs or .json in the current folder, or a file that is named',
    received: `none, seen from ${d.cwd}`,
    todo: 'Write one (docs/guide/sweep.md), or name it: `fsae sweep FILE`.',
  }),
  FSAE_SWEEP_LOAD: (d: { file: string; reason: string }) => ({
    what: `${d.file} could not be read: ${d.reason}`,
    todo: 'Correct the file; --debug prints where in it the error happened.',
  }),
  FSAE_SWEEP_INVALID: (d: { file: string; issues: readonly ConfigIssue[] }) => ({
    what: `${d.file} has ${d.issues.length === 1 ? 'a mistake' : `${d.issues.length} mistakes`}:\n${d.issues.map((issue) => `    ${formatIssue(issue)}`).join('\n')}`,
    todo: `Correct ${d.issues.length === 1 ? 'it' : 'them'}. docs/guide/sweep.md describes a sweep file.`,
  }),
  FSAE_SWEEP_NOT_DISTINCT: (d: {
    clashes: readonly { readonly first: string; readonly second: string; readonly same: 'name' | 'config' }[];
  }) => ({
    what: `The sweep describes runs that are not distinct:\n${d.clashes.map(({ first, second, same }) => `    ${same === 'name' ? `two different configs are called ${first}` : `${first} and ${second} have one and the same config`}`).join('\n')}`,
    expected: 'every config under one name, every name for one config',
    todo: 'Correct the patches: a value that changes nothing, or a later axis that overwrites an earlier one, is the usual cause.',
  }),
  FSAE_SWEEP_CHANGED: (d: {
    folder: string;
    runs: readonly { readonly run: string; readonly paths: readonly string[] }[];
  }) => ({
    what: `Runs in ${d.folder} were trained by another config:\n${d.runs.map(({ run, paths }) => `    ${run}: ${paths.join(', ')}`).join('\n')}`,
    expected: 'the config that they were started with: what is there could not be told from the new runs',
    todo: 'Give the changed sweep another `name`, or remove these folders to train them again.',
  }),
  FSAE_SWEEP_ONLY: (d: { entry: string; axis: string; values: readonly string[]; axes: readonly string[] }) => ({
    what: `--only was not understood: ${d.entry}`,
    expected:
      d.values.length > 0
        ? `${d.axis}= one of ${d.values.join(', ')}`
        : `axis=value,... with the axes ${d.axes.join(', ')}`,
    received: d.entry,
    todo: 'Write for example `--only grid=3,grid=7,seed=1`; `fsae sweep --dry` lists the runs.',
  }),
  FSAE_SWEEP_RUNNING: (d: { folder: string; process: number }) => ({
    what: `Another sweep is at work in ${d.folder}.`,
    expected: 'one sweep at a time in a folder',
    received: `process ${d.process}`,
    todo: 'Wait for it or stop it; for more runs at once give it --workers.',
  }),
  FSAE_SWEEP_WORKER_LOST: (d: { run: string; attempts: number; reason: string }) => ({
    what: `The process that trained ${d.run} ended ${d.attempts} times without a word.`,
    received: d.reason,
    todo: 'SIGKILL usually means that memory ran out: fewer --workers or a smaller batch. Then `fsae sweep --retry`.',
  }),
  FSAE_SWEEP_NO_RESULTS: (d: { path: string }) => ({
    what: 'There is nothing to report on.',
    expected: `finished runs in ${d.path}`,
    received: 'none',
    todo: 'Run `fsae sweep` first, or name the sweep: `fsae sweep report FILE` or `fsae sweep report runs/NAME`.',
  }),
  FSAE_SWEEP_AXIS: (d: { option: string; received: string; known: readonly string[] }) => ({
    what: `No run of this sweep has "${d.received}".`,
    expected: `${d.option} with one of ${d.known.join(', ')}`,
    received: `"${d.received}"`,
    todo: 'Name what the sweep has; `--json` shows all of it.',
  }),
} satisfies ErrorTable;
