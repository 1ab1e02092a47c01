import { stat } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import * as v from 'valibot';
import type { Consent, Dataset, DatasetContext, Face, FaceInfo, Need } from '../contracts/index.js';
import { fsaeError } from '../errors/catalogue.js';
import { defineDataset } from '../plugins/define.js';
import { readConsent } from './consent.js';
import { BadFileError, badFilesError } from './folder/bad-file.js';
import { type Description, describeFolder } from './folder/describe.js';
import { type FolderFace, readFace, readMask } from './folder/face.js';
import { meanFrame } from './folder/frame.js';
import { groupPictures } from './folder/groups.js';
import { decodePicture } from './folder/picture.js';
import { decoding, hashOf, readBytes, reasonOf } from './folder/read.js';
import { folderWarnings } from './folder/warnings.js';
import { inParallel } from './parallel.js';

const options = v.strictObject({
  /** Folder of aligned face crops, relative to the config file's folder. */
  path: v.pipe(v.string(), v.nonEmpty()),
  /** Where the group of a picture comes from that has none by a sidecar or a sub-folder. */
  groups: v.optional(v.picklist(['file-name', 'none']), 'file-name'),
});

/** Faces of one person from a folder of pictures: docs/guide/data.md. */
export const folder = defineDataset({ options, create: (given, context) => new FolderDataset(given, context) });

/** Files under way at a time: libuv decodes on four threads. */
const WIDTH = 8;

class FolderDataset implements Dataset {
  provides: readonly Need[] = [];
  consent?: Consent;
  frame?: NonNullable<Dataset['frame']>;
  readonly #folder: string;
  readonly #groups: 'file-name' | 'none';
  readonly #context: DatasetContext;
  #faces: ReadonlyMap<string, FolderFace> | undefined;
  #enlarged = false;

  constructor({ path, groups }: v.InferOutput<typeof options>, context: DatasetContext) {
    this.#folder = resolve(context.root, path);
    this.#groups = groups;
    this.#context = context;
  }

  /**
   * Reads the folder and every picture in it in full, so that whatever is wrong is said before the first step.
   *
   * @throws FSAE_DATA_FOLDER_*, FSAE_DATA_TOO_FEW_FACES, FSAE_DATA_CONSENT_INVALID, or one error that lists every bad file.
   */
  async prepare(): Promise<void> {
    await this.#checkFolder();
    const description = await this.#describe();
    if (description.consent !== undefined) this.consent = await readConsent(description.consent);
    const faces = await this.#readFaces(description);
    this.#faces = new Map(faces.map((face) => [face.info.id, face]));
    const landmarks = faces.flatMap((face) => face.landmarks ?? []);
    const complete = landmarks.length === faces.length;
    this.provides = [
      ...(faces.every(({ mask }) => mask !== undefined) ? (['mask'] as const) : []),
      ...(complete ? (['landmarks'] as const) : []),
    ];
    if (complete) this.frame = meanFrame(landmarks);
    const { info, warn } = folderWarnings(this.#context.identity, faces, description, (path) => this.#show(path));
    for (const message of info) this.#context.logger.info(message);
    for (const message of warn) this.#context.logger.warn(message);
  }

  faces(): readonly FaceInfo[] {
    return [...this.#prepared.values()].map((face) => face.info);
  }

  /**
   * @throws FSAE_DATA_FILE_CHANGED when the file is not the one that `prepare` saw, FSAE_DATA_FILE_UNREADABLE when it is
   * gone, FSAE_DATA_FACE_UNKNOWN for a face of another dataset.
   */
  async load({ id }: FaceInfo, size: number, wanted: readonly Need[] = this.provides): Promise<Face> {
    const face = this.#prepared.get(id);
    if (!face) throw fsaeError('FSAE_DATA_FACE_UNKNOWN', { identity: this.#context.identity, face: id });
    if (face.square.side < size) this.#warnEnlarged(face, size);
    try {
      const bytes = await readBytes(face.path);
      if (hashOf(bytes) !== face.info.hash) {
        throw new BadFileError('FSAE_DATA_FILE_CHANGED', face.path, 'its bytes are not those of the start of the run');
      }
      const image = await decoding(face.path, bytes, () => decodePicture(bytes, face.square, size));
      return {
        image,
        ...(face.mask !== undefined && wanted.includes('mask') && { mask: await readMask(face.mask, face.size, size) }),
        ...(face.landmarks && { landmarks: face.landmarks }),
      };
    } catch (error) {
      throw this.#bad([error]);
    }
  }

  async #checkFolder(): Promise<void> {
    const details = { identity: this.#context.identity, folder: this.#folder };
    const stats = await stat(this.#folder).catch((error: NodeJS.ErrnoException) => {
      const missing = error.code === 'ENOENT' || error.code === 'ENOTDIR';
      if (missing) throw fsaeError('FSAE_DATA_FOLDER_MISSING', details, error);
      throw fsaeError('FSAE_DATA_FOLDER_UNREADABLE', { ...details, reason: reasonOf(error) }, error);
    });
    if (!stats.isDirectory()) throw fsaeError('FSAE_DATA_FOLDER_NOT_A_FOLDER', details);
  }

  async #describe(): Promise<Description> {
    const { identity } = this.#context;
    const description = await describeFolder(this.#folder).catch((error: NodeJS.ErrnoException) => {
      const folder = error.path ?? this.#folder;
      throw fsaeError('FSAE_DATA_FOLDER_UNREADABLE', { identity, folder, reason: reasonOf(error) }, error);
    });
    const count = description.pictures.length;
    if (count === 0) {
      const others = description.unused.map((path) => this.#show(path));
      throw fsaeError('FSAE_DATA_FOLDER_EMPTY', { identity, folder: this.#folder, others });
    }
    return description;
  }

  async #readFaces({ pictures, bad }: Description): Promise<FolderFace[]> {
    const groups = groupPictures(pictures, this.#groups);
    const read = await inParallel([...pictures.entries()], WIDTH, async ([index, picture]) => {
      this.#context.signal.throwIfAborted();
      return readFace(picture, groups[index]);
    });
    const errors = [...bad, ...read.flatMap((result) => result.bad)];
    if (errors.length > 0) throw this.#bad(errors);
    if (pictures.length < 2) {
      const details = { identity: this.#context.identity, folder: this.#folder, count: pictures.length };
      throw fsaeError('FSAE_DATA_TOO_FEW_FACES', details);
    }
    return read.flatMap(({ face }) => face ?? []);
  }

  /** A face smaller than it is trained at holds less than the model is asked to draw: worth one word. */
  #warnEnlarged({ info, square }: FolderFace, size: number): void {
    if (this.#enlarged) return;
    this.#enlarged = true;
    this.#context.logger.warn(
      `Pictures of "${this.#context.identity}" are enlarged to ${size} pixels, ${info.id} from ${square.side}.`,
    );
  }

  get #prepared(): ReadonlyMap<string, FolderFace> {
    if (!this.#faces) throw fsaeError('FSAE_DATA_NOT_PREPARED', { identity: this.#context.identity });
    return this.#faces;
  }

  /** Other errors than those of files pass as they are. */
  #bad(errors: readonly unknown[]): unknown {
    const ofFiles = errors.filter((error) => error instanceof BadFileError);
    if (ofFiles.length < errors.length) return errors.find((error) => !(error instanceof BadFileError));
    return badFilesError(this.#context.identity, this.#folder, ofFiles, (path) => this.#show(path));
  }

  #show(path: string): string {
    return relative(this.#folder, path).split(sep).join('/');
  }
}
