import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fsaeError } from '../errors/catalogue.js';
import { readNetworkFiles } from './artifacts.js';
import { type Fetched, fetchFromNpm, fetchFromWeb } from './fetch.js';
import type { LoadNetworkOptions } from './network.js';
import type { Source } from './source.js';
import { cachedModels, folderName, type Located, projectModels, RECORD, type Record, store } from './store.js';

type Where = Pick<LoadNetworkOptions, 'context' | 'root'>;

/**
 * The model.json of a source on this machine: a file as it stands; otherwise the project's models, the user's cache,
 * an installed package, and at last npm or the web.
 * @throws FSAE_NETWORK_UNREADABLE, FSAE_NETWORK_FETCH, FSAE_NETWORK_DAMAGED
 */
export async function locate(source: Source, where: Where): Promise<Located> {
  if (source.kind === 'file') return { file: resolve(where.root, source.path) };
  return (
    (await stored(source, where)) ??
    (await installed(source, where.root)) ??
    (await fetchInto(cachedModels(where.context.cacheDir), source, where.context))
  );
}

/** Fetches a network into a folder of models, whatever else is there of it. */
export async function fetchInto(models: string, source: Source, context: Where['context']): Promise<Located> {
  const pin = pinOf(source);
  const files =
    source.kind === 'npm'
      ? await fetchFromNpm(source, context)
      : await fetchFromWeb(source as Extract<Source, { kind: 'https' }>, context);
  const sha256 = hashOf(files);
  const manifest = [...files.keys()][0]!;
  if (pin !== undefined && sha256 !== pin) {
    throw fsaeError('FSAE_NETWORK_DAMAGED', { file: manifest, expected: pin, received: sha256 });
  }
  const record: Record = { source: source.text, manifest, sha256 };
  return { file: await store(join(models, folderName(source)), record, files), sha256 };
}

/** The hash that is known beforehand: the catalogue's, or the address's own. */
export function pinOf(source: Source): string | undefined {
  return source.kind === 'https' ? source.sha256 : source.entry?.sha256;
}

function hashOf(files: Fetched): string {
  const hash = createHash('sha256');
  for (const bytes of files.values()) hash.update(bytes);
  return hash.digest('hex');
}

async function stored(source: Source, { context, root }: Where): Promise<Located | undefined> {
  for (const models of [projectModels(root), cachedModels(context.cacheDir)]) {
    const folder = join(models, folderName(source));
    if (!existsSync(join(folder, RECORD))) continue;
    const record = JSON.parse(await readFile(join(folder, RECORD), 'utf8')) as Record;
    return { file: join(folder, record.manifest), sha256: pinOf(source) ?? record.sha256 };
  }
  return undefined;
}

/** Of an installed package, seen from the project and then from core; a version whose files have another hash is passed over. */
async function installed(source: Source, root: string): Promise<Located | undefined> {
  if (source.kind !== 'npm') return undefined;
  for (const parent of [join(root, 'package.json'), fileURLToPath(import.meta.url)]) {
    const places = createRequire(parent).resolve.paths(source.name) ?? [];
    const folder = places.map((place) => join(place, source.name)).find((place) => existsSync(place));
    if (folder === undefined) continue;
    const file = join(folder, source.path);
    const pin = pinOf(source);
    if (source.entry === undefined && source.version !== undefined && !(await isVersion(folder, source.version)))
      continue;
    if (!existsSync(file)) continue;
    if (pin === undefined) return { file };
    const sha256 = await readNetworkFiles(file).then(
      (files) => files.sha256,
      () => undefined,
    );
    if (sha256 === pin) return { file, sha256 };
  }
  return undefined;
}

async function isVersion(folder: string, version: string): Promise<boolean> {
  const { version: found } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version?: string };
  return found === version;
}
