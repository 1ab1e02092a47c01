import { mkdir, readdir, readFile, rename, rm, stat, statfs } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Logger } from '../contracts/index.js';
import { fsaeError } from '../errors/catalogue.js';
import { isFsaeError } from '../errors/fsae-error.js';
import { type FileSum, makeFolder, readWhole, replaceText, sumFile, syncFolder, writeDurably } from './files.js';
import {
  type CheckpointContents,
  decodeManifest,
  encodeFiles,
  encodeManifest,
  expectedFiles,
  lossFile,
  MANIFEST,
  type Manifest,
  splitNetworks,
} from './format.js';
import { decodeSafetensors, type NamedArrays } from './safetensors.js';

/** A checkpoint as it was saved, and where and when. */
export interface Checkpoint extends CheckpointContents {
  readonly path: string;
  readonly seed: number;
  /** ISO 8601. */
  readonly created: string;
}

export interface CheckpointStoreOptions {
  /** Where the checkpoints of one run lie: runs/<name>/checkpoints. Made on the first save. */
  readonly folder: string;
  /** How many are kept: at least 1. */
  readonly keep: number;
  readonly logger: Logger;
  readonly clock: { now(): number };
}

export interface StoredCheckpoint {
  readonly step: number;
  readonly path: string;
}

const LATEST = 'latest';
const TEMPORARY = '.tmp-';
/** A checkpoint that is being replaced by one of the same step. */
const REPLACED = '.replaced-';
const NAME = /^step-(\d{6,})$/;

/**
 * The checkpoints of one run, one folder each. A save goes to a temporary folder, is fsynced and read back, and only
 * then renamed: at every moment, after a crash at any point, the newest complete checkpoint is there and is found.
 */
export class CheckpointStore {
  readonly #folder: string;
  readonly #keep: number;
  readonly #logger: Logger;
  readonly #clock: { now(): number };

  constructor({ folder, keep, logger, clock }: CheckpointStoreOptions) {
    this.#folder = folder;
    this.#keep = Math.max(1, keep);
    this.#logger = logger;
    this.#clock = clock;
  }

  /**
   * Saves and returns the checkpoint's folder. When it throws, earlier checkpoints and `latest` are as before.
   * Throws FSAE_CHECKPOINT_WRITE, FSAE_CHECKPOINT_NO_SPACE, FSAE_CHECKPOINT_STATE.
   */
  async save(contents: CheckpointContents): Promise<string> {
    const files = encodeFiles(contents);
    const name = `step-${String(contents.step).padStart(6, '0')}`;
    const temporary = join(this.#folder, `${TEMPORARY}${name}`);
    try {
      await this.#recover();
      await this.#write(temporary, contents, files);
      await this.#publish(temporary, name);
      await replaceText(join(this.#folder, LATEST), `${name}\n`, `${TEMPORARY}${LATEST}`);
    } catch (error) {
      await rm(temporary, { recursive: true, force: true }).catch(() => {});
      throw await this.#explain(error, files);
    }
    await this.#prune(contents.step);
    return join(this.#folder, name);
  }

  /**
   * The newest checkpoint that verifies, or undefined when none was ever saved. One that does not verify is refused with
   * a logged reason and the one before it is used. Throws FSAE_CHECKPOINT_NONE_USABLE when all are refused, and
   * FSAE_CHECKPOINT_VERSION for a newer format: that is no damage, and going back behind it would lose work.
   */
  async latest(): Promise<Checkpoint | undefined> {
    const refused: { name: string; reason: string }[] = [];
    for (const { path } of await this.#candidates()) {
      try {
        return await this.load(path);
      } catch (error) {
        if (!isFsaeError(error) || error.code === 'FSAE_CHECKPOINT_VERSION') throw error;
        // Pruned by a trainer beside us while we read: there is a newer one.
        if (!(await exists(path))) return this.latest();
        const { what, received } = error.problem;
        this.#logger.warn(`${what} ${received === undefined ? '' : `(${received}) `}Trying the one before it.`);
        refused.push({ name: basename(path), reason: received ?? what });
      }
    }
    if (refused.length > 0) throw fsaeError('FSAE_CHECKPOINT_NONE_USABLE', { folder: this.#folder, refused });
    return undefined;
  }

  /**
   * Exactly the checkpoint at `path`, every byte verified. Throws FSAE_CHECKPOINT_MISSING, FSAE_CHECKPOINT_DAMAGED,
   * FSAE_CHECKPOINT_VERSION.
   */
  async load(path: string): Promise<Checkpoint> {
    const manifest = await readManifest(path);
    const arrays = new Map<string, NamedArrays>();
    for (const file of expectedFiles(manifest)) {
      const { content, ...sum } = await readWhole(join(path, file)).catch((error) => {
        throw isErrno(error) ? damaged(path, file, unreadable(error)) : error;
      });
      checkSum(path, file, sum, manifest);
      arrays.set(file, decodeSafetensors(content, join(path, file)).arrays);
    }
    const { format: _, version: __, files: ___, optimizers, losses, frames, consent, ...rest } = manifest;
    const average = arrays.get('average.safetensors');
    return {
      ...rest,
      path,
      model: arrays.get('model.safetensors') ?? {},
      optimizer: splitNetworks(arrays.get('optimizer.safetensors') ?? {}, optimizers),
      losses: Object.fromEntries(losses.map((key) => [key, arrays.get(lossFile(key)) ?? {}])),
      ...(average && { average }),
      ...(frames && { frames }),
      ...(consent && { consent }),
    };
  }

  /** Every checkpoint of the run, oldest step first. None of them is verified. */
  async list(): Promise<StoredCheckpoint[]> {
    const entries = await readdir(this.#folder).catch((error) => {
      if (isErrno(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return [];
      throw error;
    });
    const present = new Set(entries);
    return entries
      .flatMap((entry) => {
        // A crash in the middle of a replacement leaves only the replaced one.
        const name = entry.startsWith(REPLACED) ? entry.slice(REPLACED.length) : entry;
        const step = NAME.exec(name)?.[1];
        if (step === undefined || (name !== entry && present.has(name))) return [];
        return [{ step: Number(step), path: join(this.#folder, entry) }];
      })
      .sort((a, b) => a.step - b.step);
  }

  /** In the order of trust: the one that `latest` names, those before it, those after it (an abandoned course). */
  async #candidates(): Promise<StoredCheckpoint[]> {
    const newestFirst = (await this.list()).reverse();
    const named = await readFile(join(this.#folder, LATEST), 'utf8').catch(() => '');
    const step = NAME.exec(named.trim())?.[1];
    if (step === undefined) return newestFirst;
    return sortAround(newestFirst, Number(step));
  }

  /** Leftovers of a crash: half-written folders go, a checkpoint that was being replaced comes back. */
  async #recover(): Promise<void> {
    await makeFolder(this.#folder);
    const entries = await readdir(this.#folder);
    for (const entry of entries) {
      const path = join(this.#folder, entry);
      const original = entry.startsWith(REPLACED) ? entry.slice(REPLACED.length) : undefined;
      if (original !== undefined && !entries.includes(original)) await rename(path, join(this.#folder, original));
      else if (original !== undefined || entry.startsWith(TEMPORARY)) await rm(path, { recursive: true, force: true });
    }
  }

  async #write(folder: string, contents: CheckpointContents, files: Map<string, Uint8Array[]>): Promise<void> {
    await mkdir(join(folder, 'losses'), { recursive: true });
    const sums: Record<string, FileSum> = {};
    for (const [file, chunks] of files) sums[file] = await writeDurably(join(folder, file), chunks);
    const text = encodeManifest(contents, new Date(this.#clock.now()), sums);
    await writeDurably(join(folder, MANIFEST), [Buffer.from(text)]);
    await syncFolder(join(folder, 'losses'));
    await syncFolder(folder);
    await verify(folder);
  }

  async #publish(temporary: string, name: string): Promise<void> {
    const path = join(this.#folder, name);
    const replaced = join(this.#folder, `${REPLACED}${name}`);
    const replaces = await exists(path);
    if (replaces) await rename(path, replaced);
    await rename(temporary, path);
    await syncFolder(this.#folder);
    if (replaces) await rm(replaced, { recursive: true, force: true });
  }

  /** Only after the new one was read back: there is always one that verifies. */
  async #prune(newest: number): Promise<void> {
    const kept = sortAround((await this.list()).reverse(), newest);
    for (const { path } of kept.slice(this.#keep)) {
      // Renamed first: one that a crash left half removed would look like a damaged checkpoint.
      const leaving = join(this.#folder, `${TEMPORARY}${basename(path)}`);
      await rename(path, leaving)
        .then(() => rm(leaving, { recursive: true }))
        .catch((error) => this.#logger.warn(`The old checkpoint ${path} could not be removed: ${error}`));
    }
  }

  async #explain(error: unknown, files: Map<string, Uint8Array[]>): Promise<unknown> {
    if (!isErrno(error)) return error;
    const folder = this.#folder;
    if (error.code !== 'ENOSPC' && error.code !== 'EDQUOT') {
      return fsaeError('FSAE_CHECKPOINT_WRITE', { folder, reason: error.message }, error);
    }
    const needed = [...files.values()].flat().reduce((sum, chunk) => sum + chunk.length, 0);
    const free = await statfs(folder).then(
      ({ bavail, bsize }) => bavail * bsize,
      () => null,
    );
    return fsaeError('FSAE_CHECKPOINT_NO_SPACE', { folder, needed, free }, error);
  }
}

/** Newest first up to `step`, then what lies after it. */
function sortAround(newestFirst: readonly StoredCheckpoint[], step: number): StoredCheckpoint[] {
  return [...newestFirst.filter((one) => one.step <= step), ...newestFirst.filter((one) => one.step > step)];
}

/** Every file of the checkpoint at `path` against its manifest, without keeping it in memory. */
async function verify(path: string): Promise<void> {
  const manifest = await readManifest(path);
  for (const file of expectedFiles(manifest)) checkSum(path, file, await sumFile(join(path, file)), manifest);
}

async function readManifest(path: string): Promise<Manifest> {
  const text = await readFile(join(path, MANIFEST), 'utf8').catch(async (error) => {
    const folder = await stat(path).catch(() => undefined);
    if (!folder?.isDirectory()) throw fsaeError('FSAE_CHECKPOINT_MISSING', { path }, error);
    throw isErrno(error) ? damaged(path, MANIFEST, unreadable(error)) : error;
  });
  return decodeManifest(text, path);
}

function checkSum(path: string, file: string, { sha256, bytes }: FileSum, manifest: Manifest): void {
  const written = manifest.files[file];
  if (written === undefined) throw damaged(path, file, 'a file that the manifest does not describe');
  if (bytes !== written.bytes) throw damaged(path, file, `${bytes} bytes instead of ${written.bytes}`);
  if (sha256 !== written.sha256) throw damaged(path, file, `SHA-256 ${sha256} instead of ${written.sha256}`);
}

function damaged(path: string, file: string, reason: string) {
  return fsaeError('FSAE_CHECKPOINT_DAMAGED', { path, file, reason });
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function unreadable(error: NodeJS.ErrnoException): string {
  return error.code === 'ENOENT' ? 'no such file' : error.message;
}

function isErrno(error: unknown): error is NodeJS.ErrnoException & { code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error;
}
