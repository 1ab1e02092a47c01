import { join, resolve } from 'node:path';
import type { ResolvedConfig } from '../config/define.js';
import { MODEL } from '../container/tokens.js';
import type { Dataset } from '../contracts/index.js';
import { writePicture } from '../reporting/provenance.js';
import { Swapper } from '../swap/swapper.js';
import { runIdOf } from './files.js';
import { readInputs } from './inputs.js';
import { type LoadOptions, loadRun } from './load.js';

export interface OpenSwapOptions extends Omit<LoadOptions, 'datasets'> {
  /** Whose faces come in. */
  readonly from: string;
  /** Who is seen. */
  readonly to: string;
}

/** A trained model that draws one identity with pose and expression of another. Holds tensors until it is disposed. */
export interface FaceSwap {
  /** Side of the faces in pixels. */
  readonly size: number;
  /** Names the run in what is made with it. */
  readonly runId: string;
  /** Where eyes, nose and corners of the mouth lay on average in the faces of `from` that it was trained on, where that is known. */
  readonly frame?: NonNullable<Dataset['frame']>;
  /** Folders of aligned faces that it was trained on. */
  readonly folders: readonly string[];
  /** Aligned faces, RGB bytes size * size * 3 each, to as many of the same form. */
  swap(faces: readonly Uint8Array[]): Promise<Uint8Array[]>;
  dispose(): void;
}

/**
 * Opens a trained model from its checkpoint alone.
 * @throws FSAE_EVALUATE_NO_CHECKPOINT, FSAE_EVALUATE_IDENTITY
 */
export async function openSwap(options: OpenSwapOptions): Promise<FaceSwap> {
  const { from, to } = options;
  const run = await loadRun({ ...options, datasets: false });
  try {
    const swapper = run.container.resolve(Swapper);
    swapper.check(from, to);
    run.backend.freeze?.(Object.values(run.container.resolve(MODEL).weights));
    const frame = run.checkpoint.frames?.[from];
    return {
      size: run.config.size,
      runId: runIdOf(run.config),
      ...(frame === undefined ? {} : { frame }),
      folders: foldersOf(run.config, resolve(options.root)),
      swap: (faces) =>
        swapper.swap(
          faces.map((image) => ({ image })),
          to,
        ),
      dispose: () => run.dispose(),
    };
  } catch (error) {
    run.dispose();
    throw error;
  }
}

function foldersOf({ identities }: ResolvedConfig, root: string): string[] {
  return Object.values(identities).flatMap(({ use, options }) =>
    use === 'folder' && typeof options['path'] === 'string' ? [resolve(root, options['path'])] : [],
  );
}

export interface AlignedPictures {
  /** Files and folders of aligned faces. */
  readonly inputs: readonly string[];
  /** Folder that inputs and `out` are relative to. */
  readonly cwd: string;
  /** Folder for the pictures, made when missing. */
  readonly out: string;
}

export interface SwapOptions extends OpenSwapOptions, AlignedPictures {}

/** Swaps aligned faces with a trained model, from its checkpoint alone. Returns the files written. */
export async function swapPictures(options: SwapOptions): Promise<string[]> {
  const model = await openSwap(options);
  try {
    return await swapAligned(model, options);
  } finally {
    model.dispose();
  }
}

/** Writes the swap of every aligned face as a picture of the model's size. Returns the files written. */
export async function swapAligned(model: FaceSwap, { inputs, out, cwd }: AlignedPictures): Promise<string[]> {
  const { size, runId } = model;
  const faces = await readInputs(inputs, { size, cwd, command: 'swap' });
  const pictures = await model.swap(faces.map(({ face }) => face.image));
  const written: string[] = [];
  for (const [i, picture] of pictures.entries()) {
    const path = join(resolve(cwd, out), `${faces[i]?.name}.png`);
    await writePicture(picture, { width: size, height: size }, path, { runId });
    written.push(path);
  }
  return written;
}
