import type { MediaResult } from '@fsae/core';
import { writeWhole } from '../read/write.js';
import { counted } from '../wording.js';
import { type ExtractionRecord, type LeftOut, REASONS } from './record.js';

export interface Extraction {
  readonly folder: string;
  readonly record: ExtractionRecord;
  /** Sources that an earlier run had done. */
  readonly skipped: number;
  /** The contact sheet's path; undefined without faces. */
  readonly sheet: string | undefined;
  /** Distance up to which a face was taken to be the person. */
  readonly reach: number | undefined;
  readonly stopped: boolean;
}

/** Writes `<folder>.report.json` and says the same in a few lines. */
export async function report(of: Extraction): Promise<MediaResult> {
  const { folder, record, skipped, sheet, reach, stopped } = of;
  const sources = [...record.sources];
  const leftOut = sources.flatMap(([source, done]) => done.leftOut.map((one) => ({ source, ...one })));
  const faces = await record.present();
  const frames = sources.reduce((sum, [, done]) => sum + done.frames, 0);
  const file = `${folder}.report.json`;
  const sharpness = quantiles(faces.map((face) => face.sharpness));
  const content = { faces: faces.length, frames, sources: sources.length, sharpness, leftOut };
  await writeWhole(file, `${JSON.stringify(content, null, 2)}\n`);

  const summary = [`${counted(faces.length, 'face')} of ${counted(frames, 'picture')}: ${folder}`];
  if (skipped > 0) summary.push(`${counted(skipped, 'source')} done before.`);
  for (const line of reasonsOf(leftOut, reach)) summary.push(line);
  if (sharpness !== undefined) {
    const { least, median } = sharpness;
    summary.push(
      `Sharpness: ${least.toFixed(1)} at least, ${median.toFixed(1)} in the middle; --blur leaves out what is below.`,
    );
  }
  if (sheet !== undefined) summary.push(`To look at: ${sheet}`);
  summary.push(`What was left out and why: ${file}`);
  if (stopped) summary.push('Stopped before the end; the same command goes on.');
  return { summary, failed: leftOut.filter(({ reason }) => reason === 'unreadable').length };
}

function reasonsOf(leftOut: readonly LeftOut[], reach: number | undefined): string[] {
  const words = {
    'no face': (count: number) => `${counted(count, 'picture')} without a face`,
    small: (count: number) => `${counted(count, 'face')} of too few pixels`,
    'somebody else': (count: number) =>
      `${counted(count, 'face')} of somebody else (distance above ${reach ?? '--distance'})`,
    blurred: (count: number) => `${counted(count, 'face')} too blurred`,
    duplicate: (count: number) => `${counted(count, 'face')} nearly the same as another`,
    unreadable: (count: number) => `${counted(count, 'file')} that could not be read`,
  };
  const counts = REASONS.map((reason) => [reason, leftOut.filter((one) => one.reason === reason).length] as const);
  const lines = counts.filter(([, count]) => count > 0).map(([reason, count]) => words[reason](count));
  return lines.length === 0 ? [] : [`Left out: ${lines.join(', ')}.`];
}

function quantiles(values: readonly number[]): { least: number; median: number; most: number } | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  return { least: sorted[0]!, median: sorted[sorted.length >> 1]!, most: sorted.at(-1)! };
}
