import { readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import type { ResolvedConfig } from '../config/define.js';
import { restoreConfig } from '../config/resolve.js';
import { fsaeError } from '../errors/catalogue.js';
import type { Resolved } from './open.js';

/**
 * The folder that a run's relative paths start from. A run lies at <root>/<output>/<name>, and its config.json says what
 * output and name are; a run that was moved elsewhere is taken to stand in the current folder.
 */
export async function rootOf(run: string, cwd: string): Promise<{ readonly run: string; readonly root: string }> {
  const path = resolve(cwd, run);
  const folder = folderOf(path);
  const saved = await readFile(join(folder, 'config.json'), 'utf8').catch(() => undefined);
  if (saved === undefined) return { run: path, root: cwd };
  const { output, name } = JSON.parse(saved) as { output: string; name: string };
  const root = resolve(folder, relative(join(output, name), ''));
  return { run: path, root: resolve(root, output, name) === folder ? root : cwd };
}

/** The folder of a run that is named by itself or by one of its checkpoints. */
export function folderOf(path: string): string {
  return /[\\/]checkpoints[\\/]step-\d+$/.test(path) ? dirname(dirname(path)) : path;
}

/** The config that a run was started with. */
export async function readRunConfig(
  { run, root }: { readonly run: string; readonly root: string },
  backend: string | undefined,
): Promise<Resolved> {
  const saved = await readFile(join(run, 'config.json'), 'utf8').catch((error: unknown) => {
    throw fsaeError('FSAE_EVALUATE_NO_CHECKPOINT', { run }, error);
  });
  const config = JSON.parse(saved) as ResolvedConfig;
  return restoreConfig(backend === undefined ? config : { ...config, backend: { use: backend, threads: null } }, root, {
    needs: ['encoders', 'bottlenecks', 'decoders', 'backends'],
  });
}
