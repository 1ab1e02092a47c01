import * as v from 'valibot';
import type { PictureSize, Square } from './picture.js';

/** What is known about one picture beside its pixels. */
export interface Sidecar {
  /** x, y pairs of 68 points. */
  readonly landmarks?: readonly (readonly [number, number])[] | undefined;
  readonly group?: string | undefined;
  /** A file, relative to the picture's folder. */
  readonly mask?: string | undefined;
}

const name = v.pipe(v.string(), v.nonEmpty());
const points = v.pipe(v.array(v.tuple([v.pipe(v.number(), v.finite()), v.pipe(v.number(), v.finite())])), v.length(68));

// What `fsae extract` writes about where a face comes from: for people, and for the way back.
const origin = v.optional(v.record(v.string(), v.unknown()));

const sidecar = v.strictObject({
  landmarks: v.optional(points),
  group: v.optional(name),
  mask: v.optional(name),
  source: origin,
  face: origin,
  alignment: origin,
});

// Loose: face detectors write more about a face than is needed here.
const entries = v.array(
  v.looseObject({ f: v.optional(name), file: v.optional(name), lm68: v.optional(points), group: v.optional(name) }),
);

/** `<name>.json`, landmarks in 0..1 of the picture. Throws an Error that says what is wrong. */
export function parseSidecar(text: string): Sidecar {
  return check(sidecar, text);
}

/** `landmarks.json`: entries by file name, landmarks in pixels of the picture. Throws an Error that says what is wrong. */
export function parseFolderLandmarks(text: string): Map<string, Sidecar> {
  const byFile = new Map<string, Sidecar>();
  for (const [index, { f, file = f, lm68, group }] of check(entries, text).entries()) {
    if (file === undefined) throw new Error(`[${index}] names no "file"`);
    byFile.set(file, { landmarks: lm68, group });
  }
  return byFile;
}

function check<S extends v.GenericSchema>(schema: S, text: string): v.InferOutput<S> {
  let value: unknown;
  try {
    // Windows programs like to begin a text with a byte order mark.
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new Error(`not JSON (${(error as Error).message})`);
  }
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [first, ...more] = result.issues;
  const path = v.getDotPath(first);
  throw new Error(`${path ? `${path}: ` : ''}${first.message}${more.length > 0 ? ` (and ${more.length} more)` : ''}`);
}

/**
 * Landmarks in the picture's own units (`unit` 1: shares of it; or pixels) as x, y in 0..1 of its centred square.
 * Throws an Error when they lie far outside of the picture or in one spot: then the units, or the picture, are others.
 */
export function placeLandmarks(
  landmarks: readonly (readonly [number, number])[],
  unit: 'share' | 'pixel',
  { width, height }: PictureSize,
  { left, top, side }: Square,
): Float32Array {
  const expected = unit === 'share' ? '0..1' : `pixels of the picture (${width}x${height})`;
  const [columns, rows] = unit === 'share' ? [width, height] : [1, 1];
  const placed = new Float32Array(2 * landmarks.length);
  for (const [i, [x, y]] of landmarks.entries()) {
    if (Math.abs((x * columns) / width - 0.5) > 1 || Math.abs((y * rows) / height - 0.5) > 1) {
      throw new Error(`landmark ${i} at (${x}, ${y}) lies outside of the picture; expected ${expected}`);
    }
    placed[2 * i] = (x * columns - left) / side;
    placed[2 * i + 1] = (y * rows - top) / side;
  }
  const reach = placed.reduce((most, value, i) => Math.max(most, Math.abs(value - placed[i % 2]!)), 0);
  if (reach < 0.05) throw new Error(`all landmarks lie in one spot; expected ${expected}`);
  return placed;
}
