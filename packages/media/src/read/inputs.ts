import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join, parse, resolve } from 'node:path';
import { mediaError, reasonOf } from '../errors.js';

export interface Input {
  readonly path: string;
  readonly kind: 'photo' | 'film';
  /** Of its own among the inputs, without an ending: what is made of it is named so. */
  readonly name: string;
}

const PHOTO = /\.(jpe?g|jpe|jfif|png|webp|avif|hei[cf]|tiff?|gif|svg|bmp|jp2|jxl)$/i;
const FILM = /\.(mp4|m4v|mov|mkv|webm|avi|mpe?g|m2ts|mts|ts|wmv|3gp|ogv|flv)$/i;

/**
 * Files as they are given, and the photographs and films of folders, however deep, in natural order; hidden ones are left out.
 * @throws FSAE_MEDIA_INPUTS
 */
export async function listInputs(inputs: readonly string[], cwd: string): Promise<Input[]> {
  const paths: string[] = [];
  for (const input of inputs) paths.push(...(await expand(resolve(cwd, input))));
  if (paths.length === 0) {
    const received = inputs.length === 0 ? 'nothing' : `none in ${inputs.join(', ')}`;
    throw mediaError('FSAE_MEDIA_INPUTS', { received });
  }
  const names = distinctNames(paths);
  return paths.map((path, i) => ({ path, kind: FILM.test(path) ? 'film' : 'photo', name: names[i]! }));
}

async function expand(path: string): Promise<string[]> {
  const stats = await stat(path).catch((error: unknown) => {
    throw mediaError('FSAE_MEDIA_INPUTS', { received: `${path}: ${reasonOf(error)}` }, error);
  });
  if (!stats.isDirectory()) return [path];
  const found: string[] = [];
  const entries = (await readdir(path, { withFileTypes: true })).filter(({ name }) => !name.startsWith('.'));
  entries.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
  for (const entry of entries) {
    const inside = join(path, entry.name);
    if (entry.isDirectory()) found.push(...(await expand(inside)));
    else if (PHOTO.test(entry.name) || FILM.test(entry.name)) found.push(inside);
  }
  return found;
}

/** The files' own names; those that several share get their ending and their folder too, then a number. */
function distinctNames(paths: readonly string[]): string[] {
  const given = new Map<string, number>();
  const plain = paths.map((path) => parse(path).name.toLowerCase());
  return paths.map((path, i) => {
    const { name, dir } = parse(path);
    const alone = plain.indexOf(plain[i]!) === plain.lastIndexOf(plain[i]!);
    const wanted = alone ? name : `${basename(dir)}-${name}-${extname(path).slice(1)}`;
    const count = (given.get(wanted.toLowerCase()) ?? 0) + 1;
    given.set(wanted.toLowerCase(), count);
    return count === 1 ? wanted : `${wanted}-${count}`;
  });
}
