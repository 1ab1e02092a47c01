import { readdir, stat } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { compareNames } from './order.js';

/** One folder's files by what they are: the identity's folder itself (`name` '') or one below it. */
export interface FolderListing {
  readonly name: string;
  readonly path: string;
  /** In natural order. Masks named `<name>.mask.png` are not among them. */
  readonly pictures: readonly string[];
  /** All of them, in natural order. */
  readonly files: ReadonlySet<string>;
  /** Folders in it. */
  readonly folders: readonly string[];
}

// More than sharp's prebuilt reads: a .heic is meant as a picture, and has to be complained about instead of passed over.
const PICTURE = /\.(jpe?g|jpe|jfif|png|webp|avif|hei[cf]|tiff?|gif|svg|bmp|jp2|jxl)$/i;
const MASK = /\.mask\.png$/i;

/** Hidden files (.DS_Store, ._0001.jpg) are left out. Throws what node:fs throws. */
export async function listFolder(root: string, name = ''): Promise<FolderListing> {
  const path = join(root, name);
  const files: string[] = [];
  const folders: string[] = [];
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    (entry.isDirectory() || (entry.isSymbolicLink() && (await isFolder(join(path, entry.name))))
      ? folders
      : files
    ).push(entry.name);
  }
  files.sort(compareNames);
  folders.sort(compareNames);
  const pictures = files.filter((file) => PICTURE.test(file) && !MASK.test(file));
  return { name, path, pictures, files: new Set(files), folders };
}

// A link that leads nowhere counts as a file: reading it says so.
async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

/** `clip_0001.jpg` -> 'clip'; undefined when there is no number at the end or nothing before it. */
export function clipOf(file: string): string | undefined {
  return /^(.*?)[\s._-]*\d+$/.exec(parse(file).name)?.[1] || undefined;
}
