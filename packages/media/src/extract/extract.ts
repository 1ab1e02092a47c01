import { relative, resolve, sep } from 'node:path';
import { type ExtractRequest, isFsaeError, type MediaResult } from '@fsae/core';
import { type CropFrame, frameOf } from '../align/template.js';
import type { LocatedFace } from '../contracts.js';
import { reasonOf } from '../errors.js';
import { type OpenParts, openParts, type Parts } from '../parts.js';
import { type Input, listInputs } from '../read/inputs.js';
import { videoAdapter } from '../video/index.js';
import { Duplicates } from './duplicates.js';
import { judge, writeFace } from './face.js';
import { type Look, looksAt } from './looks.js';
import { ExtractionRecord, type LeftOut, type SourceRecord, stampOf, type WrittenFace } from './record.js';
import { report } from './report.js';
import { type Settings, settingsOf } from './settings.js';
import { writeSheet } from './sheet.js';

export interface ExtractOptions extends ExtractRequest {
  readonly parts?: Parts;
}

/**
 * Writes the faces of photographs and films as a folder that the dataset `folder` reads, with a contact sheet and a report
 * beside it. Sources that an earlier run has done are passed over.
 * @throws FSAE_MEDIA_INPUTS, FSAE_MEDIA_OPTION, FSAE_MEDIA_PERSON, FSAE_MEDIA_OUTPUT, FSAE_MEDIA_NO_VIDEO, FSAE_NETWORK_...
 */
export async function extract(options: ExtractOptions): Promise<MediaResult> {
  const { cwd, logger, signal } = options;
  const settings = settingsOf(options);
  const inputs = await listInputs(options.inputs, cwd);
  const folder = resolve(cwd, options.out);
  // Before any work is done: a film without a reader should not be found out after a hundred photographs.
  if (inputs.some(({ kind }) => kind === 'film')) await videoAdapter();
  const record = await ExtractionRecord.open(folder);
  const parts = await openParts(options, options.parts ?? {}, cwd);
  const work = { folder, record, settings, parts, frame: frameOf(settings.margin), signal };
  let skipped = 0;
  try {
    for (const input of inputs) {
      if (signal.aborted) break;
      const source = relative(folder, input.path).split(sep).join('/');
      const known = await record.known(source, input.path, settings);
      if (known !== undefined && known.next === undefined) {
        skipped++;
        continue;
      }
      if (known === undefined) await record.forget(source);
      const done = await extractFrom(input, source, known, work);
      await record.add(source, done);
      const problem = done.leftOut.find(({ reason }) => reason === 'unreadable');
      if (problem !== undefined) logger.warn(`${input.path}: ${problem.because}`);
    }
  } finally {
    parts.dispose();
  }
  const sheet = await writeSheet(folder, record);
  const reach = parts.person === undefined ? undefined : parts.person.atMost;
  return report({ folder, record, skipped, sheet, reach, stopped: signal.aborted });
}

interface Work {
  readonly folder: string;
  readonly record: ExtractionRecord;
  readonly settings: Settings;
  readonly parts: OpenParts;
  readonly frame: CropFrame;
  readonly signal: AbortSignal;
}

/** Of a film, seconds after which is written down how far it is: what a run that is killed has to do again. */
const REMEMBER = 10;

/** Goes on where `known` ends; what it gives back has a `next` when it was stopped. */
async function extractFrom(
  input: Input,
  source: string,
  known: SourceRecord | undefined,
  work: Work,
): Promise<SourceRecord> {
  const { record, settings, parts, signal } = work;
  const stamp = await stampOf(input.path).catch(() => ({ bytes: 0, modified: 0 }));
  const others = { duplicates: duplicatesOf(work), names: namesBeside(source, record) };
  const [faces, leftOut] = [[...(known?.faces ?? [])], [...(known?.leftOut ?? [])]];
  let { frames = 0, next = 0 } = known ?? {};
  const soFar = () => ({ ...stamp, settings, frames, faces, leftOut });
  let remembered = performance.now();
  if (input.kind === 'film') await record.forgetLost(input.name);
  try {
    for await (const look of looksAt(input, parts.finder, { every: settings.every, from: next }, signal)) {
      frames++;
      const found = await extractLook(look, input, source, others, work);
      faces.push(...found.faces);
      leftOut.push(...found.leftOut);
      if (look.frame === undefined) continue;
      next = look.frame.index + 1;
      if (performance.now() - remembered < REMEMBER * 1000) continue;
      await record.add(source, { ...soFar(), next });
      remembered = performance.now();
    }
  } catch (error) {
    // A full disk stops everything; a bad picture is one among many.
    if (!isFsaeError(error) || FATAL.includes(error.code)) throw error;
    leftOut.push({ reason: 'unreadable', because: error.problem.received ?? reasonOf(error) });
  }
  return signal.aborted && input.kind === 'film' ? { ...soFar(), next } : soFar();
}

const FATAL: readonly string[] = ['FSAE_MEDIA_OUTPUT', 'FSAE_MEDIA_NO_VIDEO'];

/** What a face may not be like, and may not be called. */
interface Others {
  readonly duplicates: Duplicates;
  readonly names: ReadonlySet<string>;
}

async function extractLook(look: Look, input: Input, source: string, { duplicates, names }: Others, work: Work) {
  const { settings, parts, folder, frame } = work;
  const written: WrittenFace[] = [];
  const leftOut: LeftOut[] = [];
  const of = look.frame === undefined ? {} : { frame: look.frame.index };
  const distances = await parts.person?.distances(look.picture, look.faces);
  if (look.faces.length === 0) leftOut.push({ reason: 'no face', ...of });
  for (const [i, face] of look.faces.entries()) {
    const judged = judge(look.picture, face, frame);
    const verdict = refuse(face, distances?.[i], judged.sharpness, work);
    const twin = verdict ?? duplicateOf(duplicates.find(judged.thumbnail));
    if (twin !== undefined) {
      leftOut.push({ ...twin, ...of });
      continue;
    }
    const name = nameOf(input, look, (one) => names.has(one) || written.some((face) => face.name === one));
    const group = input.kind === 'film' ? input.name : undefined;
    const about = { folder, name, source, group, distance: distances?.[i] };
    await writeFace(look, face, judged, about, frame, settings, parts.masker);
    duplicates.add(name, judged.thumbnail);
    const thumbnail = Buffer.from(judged.thumbnail).toString('base64');
    written.push({ name, sharpness: judged.sharpness, thumbnail });
  }
  return { faces: written, leftOut };
}

function refuse(
  { region: { side } }: LocatedFace,
  distance: number | undefined,
  sharp: number,
  { settings, parts }: Work,
): LeftOut | undefined {
  const short = (value: number) => Math.round(value * 1000) / 1000;
  if (side < settings.minSize) return { reason: 'small', because: short(side) };
  if (parts.person && distance! > parts.person.atMost) return { reason: 'somebody else', because: short(distance!) };
  return sharp < settings.blur ? { reason: 'blurred', because: short(sharp) } : undefined;
}

const duplicateOf = (name: string | undefined): LeftOut | undefined =>
  name === undefined ? undefined : { reason: 'duplicate', because: name };

/** `photo`, `clip_000012`; what is taken already gets a number: `photo-2`, `clip_000012-2`. */
function nameOf({ name }: Input, { frame }: Look, isTaken: (name: string) => boolean): string {
  const base = frame === undefined ? name : `${name}_${String(frame.index).padStart(6, '0')}`;
  let free = base;
  for (let number = 2; isTaken(free); number++) free = `${base}-${number}`;
  return free;
}

/** A file of the same name in another folder may have been extracted before. */
function namesBeside(source: string, record: ExtractionRecord): ReadonlySet<string> {
  const beside = [...record.sources].filter(([other]) => other !== source);
  return new Set(beside.flatMap(([, { faces }]) => faces.map(({ name }) => name)));
}

/** Knows all faces that are there. */
function duplicatesOf({ record, settings }: Work): Duplicates {
  const duplicates = new Duplicates(settings.duplicates);
  for (const { faces } of record.sources.values()) {
    for (const { name, thumbnail } of faces) duplicates.add(name, Buffer.from(thumbnail, 'base64'));
  }
  return duplicates;
}
