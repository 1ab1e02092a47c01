import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { openBackend } from '@fsae/core';
import { afterAll, describe, expect, test } from 'vitest';
import { fivePoints } from '../src/align/template.js';
import type { Point } from '../src/contracts.js';
import { blazeface } from '../src/detect/blazeface.js';
import { facemesh } from '../src/landmarks/facemesh.js';
import { findFaces } from '../src/landmarks/find.js';
import { readPhoto } from '../src/read/photo.js';

/** A folder of clips, as crops of faces with a landmarks.json of 68 points in each; pictures of people are no part of the repository. */
const data = process.env['FSAE_FACES'];
const clips = [
  ...['pairA/a', 'pairA/b', 'grid/id2_pwij3p', 'grid/id2_swwp2s', 'grid/s_bbaf2n', 'grid/s_brbk7n', 'grid/s_lbax4n'],
  ...['grid/s_lbbc2a', 'grid/s_lrwp9a', 'grid/s_lwbsza', 'grid/s_sbia1a', 'grid/s_sbwe5n', 'grid/s_swiz3n'],
];
const absent = data === undefined ? 'FSAE_FACES names no folder' : existsSync(data) ? '' : `${data} does not exist`;
if (absent !== '') console.warn(`Real faces are not looked for: ${absent}.`);

interface Known {
  readonly f: string;
  readonly lm68: readonly Point[];
}

/** As models of face landmarks are compared: mean distance in distances of the eyes' middles. */
function errorOf(found: readonly Point[], truth: readonly Point[], unit: number): number {
  return (
    found.reduce((sum, [x, y], i) => sum + Math.hypot(x - truth[i]![0], y - truth[i]![1]), 0) / found.length / unit
  );
}

describe.skipIf(absent !== '')('the networks find real faces', async () => {
  if (absent !== '') return;
  const logger = { info() {}, warn: console.warn };
  await openBackend({ use: 'wasm', root: import.meta.dirname, logger });
  const cacheDir = process.env['FSAE_CACHE'] ?? join(homedir(), '.cache', 'fsae');
  const place = { context: { cacheDir, logger, signal: new AbortController().signal }, root: import.meta.dirname };
  const [detector, landmarker] = await Promise.all([blazeface(place), facemesh(place)]);
  afterAll(() => {
    detector.dispose?.();
    landmarker.dispose?.();
  });

  const means: { eyes: number; nose: number; mouth: number }[] = [];

  test.each(clips)('%s', { timeout: 120_000 }, async (clip) => {
    const known = JSON.parse(await readFile(join(data!, clip, 'landmarks.json'), 'utf8')) as Known[];
    const sum = { eyes: 0, nose: 0, mouth: 0 };
    let count = 0;
    let seconds = 0;
    for (const { f, lm68 } of known.filter((_, i) => i % 10 === 0)) {
      const { picture } = await readPhoto(join(data!, clip, f));
      const before = process.cpuUsage();
      const faces = await findFaces({ detector, landmarker }, picture);
      const { user, system } = process.cpuUsage(before);
      seconds += (user + system) / 1e6;
      expect(faces).toHaveLength(1);
      const [found, truth] = [fivePoints(faces[0]!.landmarks), fivePoints(lm68)];
      const unit = Math.hypot(truth[1]![0] - truth[0]![0], truth[1]![1] - truth[0]![1]);
      sum.eyes += errorOf(found.slice(0, 2), truth.slice(0, 2), unit);
      sum.nose += errorOf(found.slice(2, 3), truth.slice(2, 3), unit);
      sum.mouth += errorOf(found.slice(3), truth.slice(3), unit);
      count++;
    }
    const [eyes, nose, mouth] = [sum.eyes / count, sum.nose / count, sum.mouth / count];
    const shown = [eyes, nose, mouth].map((error) => error.toFixed(3)).join(', ');
    console.log(`${clip}: eyes, nose, mouth ${shown}; ${((1000 * seconds) / count).toFixed(0)} ms of processor a face`);
    // Of one person: the tip of a broad nose is not the same point for both networks.
    expect(Math.max(eyes, nose, mouth)).toBeLessThan(0.1);
    means.push({ eyes, nose, mouth });
  });

  test('on average as near to another network as the two are on photographs: 0.06, 0.07, 0.04', () => {
    const mean = (key: 'eyes' | 'nose' | 'mouth') => means.reduce((sum, one) => sum + one[key], 0) / means.length;
    expect(means).toHaveLength(clips.length);
    expect(mean('eyes')).toBeLessThan(0.06);
    expect(mean('nose')).toBeLessThan(0.07);
    expect(mean('mouth')).toBeLessThan(0.04);
  });
});
