import { join } from 'node:path';
import { type AlignedFace, align } from '../align/align.js';
import { alignment, type CropFrame } from '../align/template.js';
import { crop } from '../align/warp.js';
import type { LocatedFace, Masker, Raster } from '../contracts.js';
import { encode, toSharp, writeWhole } from '../read/write.js';
import { thumbnailOf } from './duplicates.js';
import type { Look } from './looks.js';
import type { Settings } from './settings.js';
import { JUDGED_SIDE, sharpness } from './sharpness.js';

/** What decides whether a face is of use. */
export interface Judged {
  readonly sharpness: number;
  readonly thumbnail: Uint8Array;
}

export function judge(picture: Raster, { landmarks }: LocatedFace, frame: CropFrame): Judged {
  const view = crop(picture, alignment(landmarks, frame, JUDGED_SIDE), JUDGED_SIDE);
  return { sharpness: sharpness(view), thumbnail: thumbnailOf(view) };
}

export interface FaceFiles {
  readonly folder: string;
  /** Of the files, without ending. */
  readonly name: string;
  /** The picture that it was cut from, relative to the folder. */
  readonly source: string;
  /** The clip, of a film. */
  readonly group: string | undefined;
  readonly distance: number | undefined;
}

/**
 * Writes an aligned face, its mask and its sidecar; the sidecar last, so that it tells of a face that is complete.
 * @throws FSAE_MEDIA_OUTPUT
 */
export async function writeFace(
  look: Look,
  face: LocatedFace,
  judged: Judged,
  { folder, name, ...rest }: FaceFiles,
  frame: CropFrame,
  settings: Settings,
  masker: Masker,
): Promise<void> {
  const { size, format } = settings;
  const aligned = align(look.picture, face, frame, size);
  const mask = Uint8Array.from(await masker.mask(aligned.crop, aligned), (share) => Math.round(255 * share));
  const maskFile = `${name}.mask.png`;
  const grey = encodeMask(mask, size);
  await writeWhole(
    join(folder, `${name}.${format}`),
    await encode(toSharp({ picture: aligned.crop }), format).toBuffer(),
  );
  await writeWhole(join(folder, maskFile), await grey);
  const sidecar = sidecarOf(look, face, judged, aligned, { ...rest, mask: maskFile, frame, settings });
  await writeWhole(join(folder, `${name}.json`), `${JSON.stringify(sidecar)}\n`);
}

async function encodeMask(mask: Uint8Array, size: number): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  return sharp(mask, { raw: { width: size, height: size, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toBuffer();
}

function sidecarOf(
  { picture, frame: of }: Look,
  face: LocatedFace,
  judged: Judged,
  { landmarks, toPicture: { a, b, x, y } }: AlignedFace,
  about: Pick<FaceFiles, 'source' | 'group' | 'distance'> & {
    readonly mask: string;
    readonly frame: CropFrame;
    readonly settings: Settings;
  },
) {
  const { size, margin } = about.settings;
  return {
    landmarks: landmarks.map(([u, v]) => [rounded(u / size), rounded(v / size)]),
    ...(about.group === undefined ? {} : { group: about.group }),
    mask: about.mask,
    source: {
      file: about.source,
      width: picture.width,
      height: picture.height,
      ...(of === undefined ? {} : { frame: of.index, time: rounded(of.time) }),
    },
    face: {
      score: rounded(face.score),
      side: rounded(face.region.side),
      roll: rounded((face.region.roll * 180) / Math.PI),
      sharpness: rounded(judged.sharpness),
      ...(about.distance === undefined ? {} : { distance: rounded(about.distance) }),
    },
    alignment: {
      size,
      margin,
      frame: about.frame.map(([u, v]) => [rounded(u), rounded(v)]),
      // Pixels of the crop to pixels of the source; (0, 0) is a corner of the first pixel in both.
      transform: [
        [a, -b, x],
        [b, a, y],
      ],
    },
  };
}

/** Finer than any picture's pixels, and short. */
const rounded = (value: number): number => Math.round(value * 1e5) / 1e5;
