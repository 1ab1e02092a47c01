import { resolve } from 'node:path';
import { isFsaeError, type MediaResult, type SwapRequest } from '@fsae/core';
import { frameOf, MARGIN } from '../align/template.js';
import type { VideoAdapter } from '../contracts.js';
import { mediaError } from '../errors.js';
import { openParts, type Parts, SMALLEST } from '../parts.js';
import { openStamp } from '../provenance/index.js';
import { type Input, listInputs } from '../read/inputs.js';
import { videoAdapter } from '../video/index.js';
import { counted, some } from '../wording.js';
import type { ColourTransfer } from './colour.js';
import { swapFilm } from './film.js';
import type { Job, Outcome } from './job.js';
import { swapPhoto } from './photo.js';

export interface SwapOptions extends SwapRequest {
  readonly parts?: Parts;
  /** Over which the swapped face fades in from the mask's edge, in shares of the crop. Default 0.06. */
  readonly feather?: number;
}

const FEATHER = 0.06;

/**
 * Swaps the faces of photographs and films and writes each under its own name into a folder. What has no face is copied
 * through; what cannot be read is told and left out.
 * @throws FSAE_MEDIA_INPUTS, FSAE_MEDIA_OPTION, FSAE_MEDIA_PERSON, FSAE_MEDIA_OUTPUT, FSAE_MEDIA_NO_VIDEO, FSAE_NETWORK_...
 */
export async function swap(options: SwapOptions): Promise<MediaResult> {
  const { cwd, logger, signal, model } = options;
  const format = oneOf('format', ['png', 'jpg', 'webp'] as const, options.format ?? 'png');
  const colour: ColourTransfer = oneOf('colour', ['lab', 'none'] as const, options.colour ?? 'lab');
  const inputs = await listInputs(options.inputs, cwd);
  // Asked for before any work is done: a film without a reader should not be found out after a hundred photographs.
  const stamp = await openStamp({
    runId: model.runId,
    warn: logger.warn,
    ...(options.signing === undefined ? {} : { signing: options.signing }),
  });
  const films = inputs.some(({ kind }) => kind === 'film')
    ? await videoAdapter({ beforePublish: (file) => stamp.film(file) })
    : undefined;
  const { minSize = SMALLEST, compare = false, feather = FEATHER } = options;
  if (model.frame === undefined) {
    logger.warn('The run does not know how its faces lie: they are taken to be as `fsae extract` aligns them.');
  }
  const parts = await openParts(options, options.parts ?? {}, cwd);
  const { masker, finder } = parts;
  const how = { frame: model.frame ?? frameOf(MARGIN), masker, landmarker: finder.landmarker, colour, feather };
  const job: Job = { model, parts, how, minSize, compare, format, stamp, warn: logger.warn, signal };
  const done: Done[] = [];
  let failed = 0;
  try {
    for (const input of inputs) {
      try {
        const outcome = signal.aborted ? undefined : await swapOne(input, resolve(cwd, options.out), job, films);
        if (outcome === undefined) break;
        done.push({ input, ...outcome });
      } catch (error) {
        // A full disk stops everything; a bad picture is one among many.
        if (!isFsaeError(error) || FATAL.includes(error.code)) throw error;
        logger.warn(error.message);
        failed++;
      }
    }
  } finally {
    parts.dispose();
  }
  return { summary: summaryOf(done, failed, inputs.length, resolve(cwd, options.out)), failed };
}

const FATAL: readonly string[] = ['FSAE_MEDIA_OUTPUT', 'FSAE_MEDIA_NO_SPACE'];

async function swapOne({ path, kind, name }: Input, out: string, job: Job, films: VideoAdapter | undefined) {
  const to = resolve(out, name);
  return kind === 'photo' ? swapPhoto(path, to, job) : swapFilm(path, to, job, films!);
}

type Done = Outcome & { readonly input: Input };

function summaryOf(done: readonly Done[], failed: number, inputs: number, out: string): string[] {
  const total = (key: keyof Outcome) => done.reduce((sum, outcome) => sum + outcome[key], 0);
  const lines = [
    `${counted(total('faces'), 'face')} swapped in ${total('swapped')} of ${counted(total('frames'), 'picture')}: ${out}`,
  ];
  const without = done.filter(({ faces }) => faces === 0).map(({ input }) => input.path);
  if (without.length > 0) lines.push(`Copied through, as no face was found or meant: ${some(without)}`);
  for (const { input, frames, swapped } of done) {
    if (input.kind === 'film' && swapped > 0 && swapped < frames) {
      lines.push(`${input.path}: ${frames - swapped} of ${frames} frames have no face and stay as they are.`);
    }
  }
  if (without.length > 0 && total('faces') === 0) lines.push('Are these aligned crops already? Then add --aligned.');
  if (failed > 0) lines.push(`${counted(failed, 'input')} left out for the reasons above.`);
  if (done.length + failed < inputs) lines.push(`Stopped before the end: ${inputs - done.length - failed} to go.`);
  return lines;
}

function oneOf<T extends string>(option: string, known: readonly T[], received: string): T {
  const found = known.find((one) => one === received);
  if (found === undefined) throw mediaError('FSAE_MEDIA_OPTION', { option, known, received });
  return found;
}
