// Pictures and landmarks for train.py: pnpm build, then node scripts/avatar-landmarks/draw.mjs FOLDER
// The people of the demo and the benchmarks (1 to 16) are those held out.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { avatar, person, samplePose } from '@fsae/avatars';

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('usage: node scripts/avatar-landmarks/draw.mjs FOLDER');

const SIZE = 64;
const sets = [
  { name: 'training', first: 17, people: 80, poses: 60, seed: 1 },
  { name: 'held-out', first: 1, people: 16, poses: 25, seed: 2 },
];
await mkdir(folder, { recursive: true });
for (const { name, first, people, poses, seed } of sets) {
  const [pictures, landmarks] = [[], []];
  for (let number = first; number < first + people; number++) {
    const faces = Array.from({ length: poses }, (_, i) => avatar(person(number), samplePose(seed, number, i)));
    pictures.push(...(await Promise.all(faces.map((face) => face.image(SIZE)))));
    landmarks.push(...faces.map((face) => Buffer.from(face.landmarks.buffer)));
  }
  await writeFile(join(folder, `${name}.pictures`), Buffer.concat(pictures));
  await writeFile(join(folder, `${name}.landmarks`), Buffer.concat(landmarks));
}
