import { pathToFileURL } from 'node:url';
import type { Logger } from '../contracts/index.js';
import { fsaeError } from '../errors/catalogue.js';
import { locatePackage } from '../plugins/locate.js';
import type { FaceSwap } from '../run/swap.js';

/** What both commands of @fsae/media are given. */
export interface MediaRequest {
  /** Photographs, films, and folders of them. */
  readonly inputs: readonly string[];
  /** Folder that paths are relative to. */
  readonly cwd: string;
  readonly out: string;
  /** Where fetched networks are kept. */
  readonly cacheDir: string;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** A photograph of the only person who is meant, and how far an embedding may be from it. */
  readonly person?: string;
  readonly distance?: number;
  /** Least width of a face in pixels. */
  readonly minSize?: number;
  /** Which parts of a crop are the face. */
  readonly mask?: string;
}

export interface ExtractRequest extends MediaRequest {
  /** Every how many frames of a film. */
  readonly every?: number;
  /** Of the crops in pixels. */
  readonly size?: number;
  readonly margin?: number;
  readonly format?: string;
  /** Least sharpness. */
  readonly blur?: number;
  /** Most difference of what counts as the same picture. */
  readonly duplicates?: number;
}

export interface SwapRequest extends MediaRequest {
  readonly model: FaceSwap;
  /** Put before and after side by side. */
  readonly compare?: boolean;
  readonly colour?: string;
  readonly format?: string;
  /** Files in PEM form: what is written is signed with them (C2PA). */
  readonly signing?: { readonly certificate: string; readonly privateKey: string };
}

export interface MediaResult {
  /** For a person to read. */
  readonly summary: readonly string[];
  /** Inputs that could not be read or written. */
  readonly failed: number;
}

/** What core calls of @fsae/media; core does not depend on it. */
export interface MediaPackage {
  extract(request: ExtractRequest): Promise<MediaResult>;
  swap(request: SwapRequest): Promise<MediaResult>;
}

/**
 * @fsae/media of the user's project.
 * @throws FSAE_CLI_MEDIA_MISSING
 */
export async function loadMedia(cwd: string, command: string): Promise<MediaPackage> {
  const file = await locatePackage('@fsae/media', cwd);
  if (file === undefined) throw fsaeError('FSAE_CLI_MEDIA_MISSING', { command, cwd });
  return (await import(pathToFileURL(file).href)) as MediaPackage;
}
