// Raw pictures of sixteen people for train.py: pnpm build, then node scripts/avatar-recogniser/draw.mjs FOLDER [PER_PERSON]
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { person, render, samplePose } from '@fsae/avatars';

const [folder, perPerson = '150'] = process.argv.slice(2);
if (!folder) throw new Error('usage: node scripts/avatar-recogniser/draw.mjs FOLDER [PER_PERSON]');

const people = Array.from({ length: 16 }, (_, i) => person(i + 1));
await mkdir(folder, { recursive: true });
for (const [set, seed] of [
  ['training', 1],
  ['test', 2],
]) {
  const pictures = [];
  for (const [label, who] of people.entries())
    for (let index = 0; index < Number(perPerson); index += 10)
      pictures.push(
        ...(await Promise.all(
          Array.from({ length: 10 }, (_, k) => render(who, samplePose(seed, label, index + k), 64)),
        )),
      );
  await writeFile(join(folder, `${set}.bin`), Buffer.concat(pictures));
}
