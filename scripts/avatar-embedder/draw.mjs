// Raw pictures of people for train.py: pnpm build, then node scripts/avatar-embedder/draw.mjs FOLDER
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { person, render, samplePose } from '@fsae/avatars';

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('usage: node scripts/avatar-embedder/draw.mjs FOLDER');

// The people that examples, demos and tests show are 1, 2, 3 ...: no embedder ever sees them in training.
const SETS = { loss: [1001, 150, 32], judge: [2001, 150, 32], strangers: [1, 40, 20] };
const SEED = 7;

await mkdir(folder, { recursive: true });
for (const [set, [first, people, each]] of Object.entries(SETS)) {
  const pictures = [];
  for (let number = first; number < first + people; number++) {
    const who = person(number);
    const poses = Array.from({ length: each }, (_, index) => samplePose(SEED, number, index));
    pictures.push(...(await Promise.all(poses.map((pose) => render(who, pose, 64)))));
  }
  await writeFile(join(folder, `${set}.bin`), Buffer.concat(pictures));
  console.log(`${set}: ${people} people, ${each} pictures of each`);
}
