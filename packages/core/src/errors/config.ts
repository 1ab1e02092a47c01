import type { ErrorTable } from './table.js';

/** One mistake in a config: where, what is wrong, what stands there. */
export interface ConfigIssue {
  /** Keys from the top: losses, arcface, margin. */
  readonly path: readonly string[];
  /** 'expected a number from 0 to 1', 'unknown key' */
  readonly problem: string;
  readonly received?: string;
  /** What the person most likely meant, or what to install. */
  readonly hint?: string;
}

const REFERENCE = 'docs/reference/config.md lists every key with its type, default and range.';

export function formatIssue({ path, problem, received, hint }: ConfigIssue): string {
  return `${path.join('.') || 'config'}: ${problem}${received === undefined ? '' : `, received ${received}`}.${hint === undefined ? '' : ` ${hint}`}`;
}

const named = (file: string | null) => file ?? 'The config given in code';

export const configErrors = {
  FSAE_CONFIG_NOT_FOUND: (d: { cwd: string; places: readonly string[] }) => ({
    what: `No config was found in ${d.cwd} or above it, up to the next package.json.`,
    expected: `one of ${d.places.join(', ')}`,
    todo: 'Write one with `fsae init`, or name the file: --config FILE.',
  }),
  FSAE_CONFIG_FILE_MISSING: (d: { file: string }) => ({
    what: `The config file ${d.file} does not exist.`,
    todo: 'Correct --config FILE; it is looked up from the folder the command runs in.',
  }),
  FSAE_CONFIG_FORMAT: (d: { file: string; formats: readonly string[] }) => ({
    what: `${d.file} has a format that no config can have.`,
    expected: `a name that ends in ${d.formats.join(', ')}, or one without an ending (YAML or JSON)`,
    todo: 'Rename the file or write the config in one of these formats.',
  }),
  FSAE_CONFIG_LOAD: (d: { file: string; reason: string }) => ({
    what: `${d.file} could not be read: ${d.reason}`,
    todo: 'Correct the file; --debug prints where in it the error happened.',
  }),
  FSAE_CONFIG_NO_OBJECT: (d: { file: string; received: string }) => ({
    what: `${d.file} holds no config.`,
    expected: 'an object with `identities`, or a default-exported function that returns one',
    received: d.received,
    todo: 'Write `export default defineConfig({ identities: { ... } })`, or the same as JSON or YAML.',
  }),
  FSAE_CONFIG_KEY_TWICE: (d: { file: string; key: string; line: number }) => ({
    what: `${d.file}, line ${d.line}: the key "${d.key}" stands there for the second time.`,
    expected: 'every key once: of two equal ones a parser silently drops the first',
    todo: 'Remove or rename one of the two.',
  }),
  FSAE_CONFIG_IDENTITY_TWICE: (d: { file: string | null; first: string; second: string; line?: number }) => ({
    what: `${named(d.file)}${d.line === undefined ? '' : `, line ${d.line}`} has two identities of one name: "${d.first}" and "${d.second}".`,
    expected:
      'names that differ in more than upper and lower case: they become folder names and keys of the checkpoint',
    received: d.first === d.second ? `"${d.first}" twice` : `"${d.first}" and "${d.second}"`,
    todo: 'Rename one of them.',
  }),
  FSAE_CONFIG_INVALID: (d: { file: string | null; issues: readonly ConfigIssue[] }) => ({
    what: `${named(d.file)} has ${d.issues.length === 1 ? 'a mistake' : `${d.issues.length} mistakes`}:\n${d.issues.map((issue) => `    ${formatIssue(issue)}`).join('\n')}`,
    todo: `Correct ${d.issues.length === 1 ? 'it' : 'them'}. ${REFERENCE}`,
  }),
  FSAE_CONFIG_EXISTS: (d: { file: string }) => ({
    what: `${d.file} exists and was left as it is.`,
    todo: 'Edit it, or remove it; --force overwrites a config of the same name.',
  }),
  FSAE_CONFIG_WRITE: (d: { file: string; reason: string }) => ({
    what: `${d.file} could not be written: ${d.reason}`,
    todo: 'Choose a folder that can be written.',
  }),
} satisfies ErrorTable;
