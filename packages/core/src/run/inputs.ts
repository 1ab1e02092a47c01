import { stat } from 'node:fs/promises';
import { basename, join, parse, resolve } from 'node:path';
import type { Face } from '../contracts/index.js';
import { BadFileError, badFilesError } from '../data/folder/bad-file.js';
import { listFolder } from '../data/folder/listing.js';
import { decodePicture } from '../data/folder/picture.js';
import { decoding, readBytes, readPicture } from '../data/folder/read.js';
import { inParallel } from '../data/parallel.js';
import { fsaeError } from '../errors/catalogue.js';

/** A face given on the command line, and the name of its file. */
export interface InputFace {
  readonly name: string;
  readonly face: Face;
}

const WIDTH = 8;

/**
 * Reads files and folders of aligned faces; all bad files are told at once, before anything is made of them.
 * @throws FSAE_CLI_INPUTS, FSAE_DATA_*
 */
export async function readInputs(
  inputs: readonly string[],
  { size, cwd, command }: { readonly size: number; readonly cwd: string; readonly command: string },
): Promise<InputFace[]> {
  const paths: string[] = [];
  for (const input of inputs) paths.push(...(await expand(resolve(cwd, input), command)));
  if (paths.length === 0) {
    throw fsaeError('FSAE_CLI_INPUTS', {
      command,
      expected: 'pictures of aligned faces, or folders that hold some',
      received: inputs.length === 0 ? 'no input' : `no picture in ${inputs.join(', ')}`,
    });
  }
  const bad: BadFileError[] = [];
  const faces = await inParallel(paths, WIDTH, async (path) => {
    try {
      const { square } = await readPicture(path);
      const bytes = await readBytes(path);
      return { image: await decoding(path, bytes, () => decodePicture(bytes, square, size)) };
    } catch (error) {
      if (!(error instanceof BadFileError)) throw error;
      bad.push(error);
      return undefined;
    }
  });
  if (bad.length > 0) throw badFilesError(command, cwd, bad, (path) => path);
  const names = distinctNames(paths);
  return faces.flatMap((face, i) => (face === undefined ? [] : [{ name: names[i] as string, face }]));
}

async function expand(path: string, command: string): Promise<string[]> {
  const stats = await stat(path).catch(() => undefined);
  if (stats === undefined) {
    throw fsaeError('FSAE_CLI_INPUTS', { command, expected: 'files that exist', received: path });
  }
  if (!stats.isDirectory()) return [path];
  return (await listFolder(path)).pictures.map((name) => join(path, name));
}

/** The files' own names; where two inputs share one, the folder's name goes before it. */
function distinctNames(paths: readonly string[]): string[] {
  const names = paths.map((path) => parse(path).name);
  return names.map((name, i) => {
    if (names.indexOf(name) === names.lastIndexOf(name)) return name;
    return `${basename(parse(paths[i] as string).dir)}-${name}`;
  });
}
