import { fsaeError } from '../../errors/catalogue.js';
import type { BadFile } from '../../errors/data.js';
import type { FsaeError } from '../../errors/fsae-error.js';

export type BadFileCode =
  | 'FSAE_DATA_NOT_A_PICTURE'
  | 'FSAE_DATA_PICTURE_DAMAGED'
  | 'FSAE_DATA_PICTURE_TOO_SMALL'
  | 'FSAE_DATA_FILE_UNREADABLE'
  | 'FSAE_DATA_FILE_CHANGED'
  | 'FSAE_DATA_SIDECAR_INVALID'
  | 'FSAE_DATA_MASK_INVALID';

/** What is wrong with one file. Collected, so that the user hears of all of them at once. */
export class BadFileError extends Error {
  constructor(
    readonly code: BadFileCode,
    readonly path: string,
    reason: string,
  ) {
    super(reason);
  }
}

/** One error for all bad files of a folder: of their kind, or of the mixed kind that names each one's reason. */
export function badFilesError(
  identity: string,
  folder: string,
  errors: readonly BadFileError[],
  show: (path: string) => string,
): FsaeError {
  const files: BadFile[] = errors.map(({ path, message }) => ({ file: show(path), reason: message }));
  const codes = new Set(errors.map(({ code }) => code));
  const [code] = codes;
  return fsaeError(code !== undefined && codes.size === 1 ? code : 'FSAE_DATA_FILES_BAD', { identity, folder, files });
}
