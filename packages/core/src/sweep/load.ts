import { access, readFile } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { importCode } from '../config/import-code.js';
import { fsaeError } from '../errors/catalogue.js';
import { reasonOf } from '../errors/describe.js';
import type { SweepConfig } from './define.js';
import { checkSweep } from './shape.js';

const ENDINGS = ['.ts', '.mts', '.js', '.mjs', '.cjs', '.json'];
const PLACES: readonly string[] = ENDINGS.map((ending) => `sweep.config${ending}`);

export interface LoadedSweep {
  readonly sweep: SweepConfig;
  readonly file: string;
  /** Folder that relative paths start from. */
  readonly root: string;
}

/**
 * The sweep of `file`, or the first of sweep.config.{ts,mts,js,mjs,cjs,json} in `cwd`.
 * @throws FSAE_SWEEP_NOT_FOUND, FSAE_SWEEP_LOAD, FSAE_SWEEP_INVALID
 */
export async function loadSweep({ cwd, file }: { readonly cwd: string; readonly file?: string }): Promise<LoadedSweep> {
  const found = await locate(cwd, file);
  const value = await read(found);
  const sweep: unknown = typeof value === 'function' ? await value() : value;
  const issues = checkSweep(sweep);
  if (issues.length > 0) throw fsaeError('FSAE_SWEEP_INVALID', { file: found, issues });
  return { sweep: sweep as SweepConfig, file: found, root: dirname(found) };
}

async function locate(cwd: string, named: string | undefined): Promise<string> {
  for (const place of named === undefined ? PLACES : [named]) {
    const path = resolve(cwd, place);
    if ((await exists(path)) && (named === undefined || ENDINGS.includes(extname(path)))) return path;
  }
  throw fsaeError('FSAE_SWEEP_NOT_FOUND', { file: named === undefined ? join(cwd, 'sweep.config.ts') : named, cwd });
}

async function read(file: string): Promise<unknown> {
  try {
    return extname(file) === '.json' ? JSON.parse(await readFile(file, 'utf8')) : await importCode(file);
  } catch (error) {
    throw fsaeError('FSAE_SWEEP_LOAD', { file, reason: reasonOf(error) }, error);
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
