import type { FaceInfo } from '../../contracts/index.js';
import { BadFileError } from './bad-file.js';
import type { Described } from './describe.js';
import { centredSquare, decodeMask, type PictureSize, readPictureSize } from './picture.js';
import { decoding, type ReadPicture, readBytes, readPicture } from './read.js';
import { placeLandmarks } from './sidecar.js';

/** A face of a folder with all that is known about its files. */
export interface FolderFace extends ReadPicture {
  readonly info: FaceInfo;
  readonly path: string;
  /** Path of the mask's file. */
  readonly mask?: string | undefined;
  /** 68 x, y pairs in 0..1 of the picture's centred square. */
  readonly landmarks?: Float32Array | undefined;
}

/** Reads picture, landmarks and mask; whatever is wrong with any of them is in `bad`. */
export async function readFace(
  { id, path, landmarks, mask }: Described,
  group: string | undefined,
): Promise<{ face?: FolderFace; bad: BadFileError[] }> {
  const bad: BadFileError[] = [];
  const collect = (error: unknown) => {
    if (!(error instanceof BadFileError)) throw error;
    bad.push(error);
    return undefined;
  };
  const picture = await readPicture(path).catch(collect);
  if (!picture) return { bad };
  if (mask !== undefined) await readMask(mask, picture.size, 1).catch(collect);
  try {
    const info = { id, hash: picture.hash, ...(group !== undefined && { group }) };
    const points = landmarks && placeLandmarks(landmarks.points, landmarks.unit, picture.size, picture.square);
    return { face: { ...picture, info, path, mask, landmarks: points }, bad };
  } catch (error) {
    const reason = `${id}: ${(error as Error).message}`;
    return { bad: [...bad, new BadFileError('FSAE_DATA_SIDECAR_INVALID', landmarks!.from, reason)] };
  }
}

/**
 * The part of a mask that belongs to its picture's centred square, size * size, 0..255.
 *
 * @throws BadFileError, also when the mask has another aspect ratio than its picture (2 % are allowed for rounding).
 */
export async function readMask(path: string, of: PictureSize, size: number): Promise<Uint8Array> {
  const bytes = await readBytes(path);
  const own = await decoding(path, bytes, () => readPictureSize(bytes));
  if (Math.abs(Math.log(own.width / own.height / (of.width / of.height))) > 0.02) {
    const reason = `${own.width}x${own.height} beside a picture of ${of.width}x${of.height}`;
    throw new BadFileError('FSAE_DATA_MASK_INVALID', path, reason);
  }
  return decoding(path, bytes, () => decodeMask(bytes, centredSquare(own), size));
}
