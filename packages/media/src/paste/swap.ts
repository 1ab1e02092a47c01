import { resolve } from 'node:path';
import { isFsaeError, type MediaResult, type SwapRequest } from '@fsae/core';
import { frameOf, MARGIN } from '../align/template.js';
import type { LocatedFace, Raster } from '../contracts.js';
import { mediaError } from '../errors.js';
import { type OpenParts, openParts, type Parts, SMALLEST } from '../parts.js';
import { type Input, listInputs } from '../read/inputs.js';
import { readPhoto } from '../read/photo.js';
import { encode, type PictureFormat, toSharp, writeWhole } from '../read/write.js';
import { counted, some } from '../wording.js';
import type { ColourTransfer } from './colour.js';
import type { PasteOptions } from './face.js';
import { sideBySide, swapPicture } from './photo.js';

export interface SwapOptions extends SwapRequest {
  readonly parts?: Parts;
  /** Over which the swapped face fades in from the mask's edge, in shares of the crop. Default 0.06. */
  readonly feather?: number;
}

/** What came of one input. */
interface Outcome {
  readonly input: Input;
  readonly faces: number;
  readonly frames: number;
  readonly written: string;
}

const FEATHER = 0.06;

/**
 * Swaps the faces of photographs and films and writes each under its own name into a folder. What has no face is copied
 * through; what cannot be read is told and left out.
 * @throws FSAE_MEDIA_INPUTS, FSAE_MEDIA_OPTION, FSAE_MEDIA_PERSON, FSAE_MEDIA_OUTPUT, FSAE_NETWORK_...
 */
export async function swap(options: SwapOptions): Promise<MediaResult> {
  const { cwd, logger, signal, model } = options;
  const format = oneOf('format', ['png', 'jpg', 'webp'] as const, options.format ?? 'png');
  const colour: ColourTransfer = oneOf('colour', ['lab', 'none'] as const, options.colour ?? 'lab');
  const inputs = await listInputs(options.inputs, cwd);
  const parts = await openParts(options, options.parts ?? {}, cwd);
  const how = {
    frame: model.frame ?? frameOf(MARGIN),
    masker: parts.masker,
    colour,
    feather: options.feather ?? FEATHER,
  };
  const done: Outcome[] = [];
  const failed: { input: Input; error: Error }[] = [];
  try {
    for (const input of inputs) {
      if (signal.aborted) break;
      try {
        done.push(await swapPhoto(input, options, format, parts, how));
      } catch (error) {
        // A full disk stops everything; a bad picture is one among many.
        if (!isFsaeError(error) || error.code === 'FSAE_MEDIA_OUTPUT') throw error;
        logger.warn(error.message);
        failed.push({ input, error });
      }
    }
  } finally {
    parts.dispose();
  }
  return { summary: summaryOf(done, failed.length, resolve(cwd, options.out)), failed: failed.length };
}

async function swapPhoto(
  input: Input,
  { model, cwd, out, compare = false, minSize = SMALLEST }: SwapOptions,
  format: PictureFormat,
  { finder, person }: OpenParts,
  how: PasteOptions,
): Promise<Outcome> {
  const photo = await readPhoto(input.path);
  const choose = async (picture: Raster, faces: readonly LocatedFace[]) => {
    const large = faces.filter(({ region }) => region.side >= minSize);
    if (person === undefined) return large;
    const distances = await person.distances(picture, large);
    return large.filter((_, i) => distances[i]! <= person.atMost);
  };
  const { picture, faces } = await swapPicture(photo.picture, model, { ...how, finder, choose });
  const written = resolve(cwd, out, `${input.name}.${format}`);
  const shown = compare ? { picture: sideBySide(photo.picture, picture) } : { ...photo, picture };
  await writeWhole(written, await encode(toSharp(shown), format).toBuffer());
  return { input, faces, frames: 1, written };
}

function summaryOf(done: readonly Outcome[], failed: number, out: string): string[] {
  const without = done.filter(({ faces }) => faces === 0);
  const faces = done.reduce((sum, outcome) => sum + outcome.faces, 0);
  const lines = [`${counted(faces, 'face')} swapped in ${counted(done.length - without.length, 'picture')}: ${out}`];
  if (without.length > 0) {
    lines.push(
      `${counted(without.length, 'picture')} without a face copied through: ${some(without.map(({ input }) => input.path))}`,
    );
  }
  if (without.length > 0 && faces === 0) lines.push('Are these aligned crops already? Then add --aligned.');
  if (failed > 0) lines.push(`${counted(failed, 'input')} left out for the reasons above.`);
  return lines;
}

function oneOf<T extends string>(option: string, known: readonly T[], received: string): T {
  const found = known.find((one) => one === received);
  if (found === undefined) throw mediaError('FSAE_MEDIA_OPTION', { option, known, received });
  return found;
}
