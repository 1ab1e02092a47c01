import { access } from 'node:fs/promises';
import { basename, dirname, extname, resolve } from 'node:path';
import type { CosmiconfigResult, Loaders, Options, PublicExplorer } from 'cosmiconfig';
import { fsaeError } from '../errors/catalogue.js';
import { describeValue, reasonOf } from '../errors/describe.js';
import { isFsaeError } from '../errors/fsae-error.js';
import type { Config } from './define.js';
import { findDuplicateKey } from './duplicates.js';
import { importCode } from './import-code.js';

const CODE = ['ts', 'mts', 'js', 'mjs', 'cjs'];
const DATA = ['json', 'yaml', 'yml'];
const FORMATS = [...CODE, ...DATA].map((ending) => `.${ending}`);

/** In this order: the first one found is the config. */
export const searchPlaces: readonly string[] = [
  ...FORMATS.map((ending) => `fsae.config${ending}`),
  ...['', ...FORMATS].map((ending) => `.fsaerc${ending}`),
  ...['', ...FORMATS].map((ending) => `.config/fsaerc${ending}`),
  'package.json',
];

/** A config as it was written, and the folder that its relative paths start from. */
export interface LoadedConfig {
  readonly config: Config;
  readonly file: string | null;
  readonly root: string;
}

/**
 * Finds and reads the config: `file` from `cwd`, or else the first of `searchPlaces` in `cwd` or above it, up to the next
 * package.json. What it holds is checked by resolveConfig.
 * @throws FSAE_CONFIG_NOT_FOUND, FSAE_CONFIG_FILE_MISSING, FSAE_CONFIG_FORMAT, FSAE_CONFIG_LOAD, FSAE_CONFIG_NO_OBJECT,
 *   FSAE_CONFIG_KEY_TWICE, FSAE_CONFIG_IDENTITY_TWICE
 */
export async function loadConfig(from: { readonly file?: string; readonly cwd: string }): Promise<LoadedConfig> {
  const { cosmiconfig } = await import('cosmiconfig');
  const explorer = cosmiconfig('fsae', await explorerOptions());
  const found =
    from.file === undefined ? await explorer.search(from.cwd) : await readFrom(explorer, resolve(from.cwd, from.file));
  if (found === null) throw fsaeError('FSAE_CONFIG_NOT_FOUND', { cwd: from.cwd, places: searchPlaces });
  const { filepath: file, isEmpty } = found;
  const config = isEmpty ? undefined : await called(found.config, file);
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    throw fsaeError('FSAE_CONFIG_NO_OBJECT', { file, received: isEmpty ? 'an empty file' : describeValue(config) });
  }
  // The shape is resolveConfig's business: it reports everything at once.
  return { config: config as Config, file, root: rootOf(file) };
}

/** An explicit path is looked up from the working folder, never searched for. */
async function readFrom(explorer: PublicExplorer, path: string): Promise<CosmiconfigResult> {
  await access(path).catch((cause: unknown) => {
    throw fsaeError('FSAE_CONFIG_FILE_MISSING', { file: path }, cause);
  });
  const ending = extname(path);
  if (ending !== '' && !FORMATS.includes(ending) && !basename(path).startsWith('.fsaerc')) {
    throw fsaeError('FSAE_CONFIG_FORMAT', { file: path, formats: FORMATS });
  }
  return reading(path, () => explorer.load(path));
}

async function called(config: unknown, file: string): Promise<unknown> {
  return typeof config === 'function' ? reading(file, async () => config()) : config;
}

/** Paths in .config/fsaerc.yaml mean the project's, not those of .config. */
function rootOf(file: string): string {
  const folder = dirname(file);
  return basename(folder) === '.config' ? dirname(folder) : folder;
}

async function explorerOptions(): Promise<Partial<Options>> {
  const { defaultLoaders } = await import('cosmiconfig');
  const readData = (ending: 'noExt' | `.${string}`) => (file: string, content: string) =>
    reading(file, async () => {
      refuseDuplicates(file, content, (text) => defaultLoaders['.yaml'](file, text));
      const config: unknown = defaultLoaders[ending as '.json'](file, content);
      refuseImport(file, config);
      return config;
    });
  const readCode = (file: string) => reading(file, () => importCode(file));
  const loaders: Loaders = { noExt: readData('noExt') };
  for (const ending of CODE) loaders[`.${ending}`] = readCode;
  for (const ending of DATA) loaders[`.${ending}`] = readData(`.${ending}`);
  return {
    searchPlaces: [...searchPlaces],
    searchStrategy: 'project',
    loaders,
    // An empty config file is a mistake to report, not a reason to look elsewhere.
    ignoreEmptySearchPlaces: false,
  };
}

/** cosmiconfig's own way to build on another file: a missing one would make this config invisible to the search. */
function refuseImport(file: string, config: unknown): void {
  if (typeof config === 'object' && config !== null && '$import' in config) {
    throw fsaeError('FSAE_CONFIG_LOAD', {
      file,
      reason: '$import is not supported: share values in a .ts or .js config.',
    });
  }
}

function refuseDuplicates(file: string, content: string, parseYaml: (text: string) => unknown): void {
  const twice = findDuplicateKey(content, parseYaml);
  if (twice === undefined) return;
  const { key, line } = twice;
  const inPackage = basename(file) === 'package.json';
  if (inPackage && twice.inside?.[0] !== 'fsae') return;
  const inside = twice.inside?.join('.');
  throw inside === (inPackage ? 'fsae.identities' : 'identities')
    ? fsaeError('FSAE_CONFIG_IDENTITY_TWICE', { file, first: key, second: key, line })
    : fsaeError('FSAE_CONFIG_KEY_TWICE', { file, key, line });
}

/** Everything that goes wrong in a config file has a code; cosmiconfig would skip a file whose code fails with ENOENT. */
async function reading<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw isFsaeError(error) ? error : fsaeError('FSAE_CONFIG_LOAD', { file, reason: reasonOf(error) }, error);
  }
}
