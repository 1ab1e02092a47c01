// Faces a second that the loader of @fsae/core delivers, warped and in batches, beside what the demo's training takes.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loaderEngine } from './engine.mjs';
import { median, stepsOf, takeTurns } from './measure.mjs';

/** Faces of a batch: 4 of either person, as the demo has it. */
const BATCH = 8;
/** Side of the pictures that the demo trains on, and of those in the folders. */
const DEMO = 64;
const PICTURE = 256;
const PEOPLE = [1, 2];

const SOURCES = [
  { source: 'avatars', size: 64 },
  { source: 'jpg', size: 64 },
  { source: 'png', size: 64 },
  { source: 'jpg', size: PICTURE },
];
/** `first`: faces that were not read before are few, and slow. `memory`: read before, as in every epoch but the first. */
const READINGS = [
  { reading: 'first', turns: { rounds: 4, steps: 20, seconds: 5 } },
  { reading: 'memory', turns: { rounds: 8, steps: 400, seconds: 1 } },
];
const { rounds, steps } = READINGS[0].turns;
/** Of a person: two batches to begin with, one in every round that is not counted, and what the loader reads ahead. */
const FACES = (BATCH / PEOPLE.length) * (2 + rounds * (steps + 1) + 5);
/** At most so many of a person are held out, or left between the parts. */
const NOT_TRAINED = 13;

/**
 * @param stepSeconds a step of the demo, null when it was not measured
 * @returns rows; the share of the demo's step that its batch takes is of batches at the demo's size alone
 */
export async function measureLoader(stepSeconds) {
  const folder = await mkdtemp(join(tmpdir(), 'fsae-bench-'));
  const rows = [];
  try {
    await drawPeople(folder, FACES + NOT_TRAINED);
    for (const { source, size } of SOURCES) {
      for (const { reading, turns } of READINGS) {
        const work = [folder, source, size, reading, FACES + NOT_TRAINED];
        const [taken] = await takeTurns([loaderEngine(work)], turns);
        if (taken !== undefined) rows.push(rowOf(taken, { source, size, reading }, stepSeconds));
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return rows;
}

/** Means, not medians of single batches: pictures are read ahead, and one batch waits for what the next finds ready. */
function rowOf(taken, about, stepSeconds) {
  const { low, high, medianSeconds, compileSeconds, cpuSeconds, ...steps } = stepsOf(taken);
  const clean = taken.rounds.map((round) => round.filter((step) => step.clean)).filter((round) => round.length > 0);
  const counted = clean.length > 0 ? clean : taken.rounds;
  const facesPerSecond = counted.map((round) => BATCH / mean(round, 'seconds'));
  const delivered = median(facesPerSecond);
  const isDemo = about.size === DEMO && stepSeconds !== null;
  return {
    ...about,
    pictureSize: about.source === 'avatars' ? about.size : PICTURE,
    facesPerSecond: delivered,
    low: Math.min(...facesPerSecond),
    high: Math.max(...facesPerSecond),
    cpuSecondsPerFace: mean(taken.rounds.flat(), 'cpuSeconds') / BATCH,
    neededPerSecond: isDemo ? BATCH / stepSeconds : null,
    shareOfDemoStep: isDemo ? BATCH / delivered / stepSeconds : null,
    ...steps,
  };
}

const mean = (steps, key) => steps.reduce((total, step) => total + step[key], 0) / steps.length;

/** Pictures of two synthetic people, each as jpg and as png. */
async function drawPeople(folder, count) {
  const { avatar, person, samplePose } = await import('@fsae/avatars');
  // Not a dependency of the workspace itself, but of the package that draws.
  const sharp = createRequire(import.meta.resolve('@fsae/avatars'))('sharp');
  for (const number of PEOPLE) {
    for (const format of ['jpg', 'png']) await mkdir(join(folder, format, String(number)), { recursive: true });
    for (let index = 0; index < count; index++) {
      const raw = { width: PICTURE, height: PICTURE, channels: 3 };
      const image = await avatar(person(number), samplePose(1, number, index)).image(PICTURE);
      for (const format of ['jpg', 'png']) {
        await writeFile(
          join(folder, format, String(number), `${index}.${format}`),
          await sharp(image, { raw }).toFormat(format).toBuffer(),
        );
      }
    }
  }
}
