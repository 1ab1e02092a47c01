import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isFsaeError } from '../errors/fsae-error.js';
import { readNetworkFiles } from './artifacts.js';
import { networks } from './catalogue.js';
import { fetchInto, pinOf } from './locate.js';
import type { LoadNetworkOptions } from './network.js';
import { parseSource } from './source.js';
import { cachedModels, projectModels, RECORD, type Record } from './store.js';

type Where = Pick<LoadNetworkOptions, 'context' | 'root'>;

/** One network of the catalogue. */
export interface ListedModel {
  readonly name: string;
  readonly use: string;
  readonly licence: string;
  readonly source: string;
  readonly bytes: number;
  /** Where it lies already: the project's folder comes before the user's cache. */
  readonly stored: 'project' | 'cache' | undefined;
}

export interface CheckedModel {
  readonly source: string;
  readonly folder: string;
  readonly bytes: number;
  /** Why it cannot be used; undefined when its hash is the expected one. */
  readonly problem: string | undefined;
}

export function listModels({ context, root }: Where): ListedModel[] {
  return Object.entries(networks).map(([name, { use, licence, source, bytes }]) => {
    const isIn = (models: string) => existsSync(join(models, name, RECORD));
    const stored = isIn(projectModels(root)) ? 'project' : isIn(cachedModels(context.cacheDir)) ? 'cache' : undefined;
    return { name, use, licence, source, bytes, stored };
  });
}

/**
 * Fetches a network into the project's `.fsae/models`; returns its model.json and hash.
 * @throws FSAE_NETWORK_UNKNOWN, FSAE_NETWORK_SOURCE, FSAE_NETWORK_FETCH, FSAE_NETWORK_DAMAGED
 */
export async function addModel(name: string, { context, root }: Where) {
  const source = parseSource(name);
  const { file, sha256 } =
    source.kind === 'file'
      ? { file: join(root, source.path), sha256: (await readNetworkFiles(join(root, source.path))).sha256 }
      : await fetchInto(projectModels(root), source, context);
  return { file, sha256: sha256 as string, licence: source.entry?.licence };
}

/** Reads every stored network again and compares its hash with the catalogue's, or with that of its first download. */
export async function checkModels({ context, root }: Where): Promise<CheckedModel[]> {
  const checked: CheckedModel[] = [];
  for (const models of [projectModels(root), cachedModels(context.cacheDir)]) {
    const entries = existsSync(models) ? await readdir(models) : [];
    for (const folder of entries.map((entry) => join(models, entry))) {
      if (existsSync(join(folder, RECORD))) checked.push(await checkModel(folder));
    }
  }
  return checked;
}

async function checkModel(folder: string): Promise<CheckedModel> {
  const record = JSON.parse(await readFile(join(folder, RECORD), 'utf8')) as Record;
  try {
    const expected = pinOf(parseSource(record.source)) ?? record.sha256;
    const { bytes } = await readNetworkFiles(join(folder, record.manifest), expected);
    return { source: record.source, folder, bytes, problem: undefined };
  } catch (error) {
    if (!isFsaeError(error)) throw error;
    return { source: record.source, folder, bytes: 0, problem: error.message };
  }
}
