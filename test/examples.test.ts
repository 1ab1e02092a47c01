import { cp, mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { fsae, inFolder } from './fsae.js';

const EXAMPLES = fileURLToPath(new URL('../examples/', import.meta.url));

/** A copy of an example with the packages it depends on, so that its runs stay out of the repository. */
async function copyOf(name: string, folder: string): Promise<string> {
  const copy = join(folder, name);
  await mkdir(copy);
  for (const entry of await readdir(join(EXAMPLES, name))) {
    if (entry === 'runs') continue;
    const from = join(EXAMPLES, name, entry);
    if (entry === 'node_modules') await symlink(from, join(copy, entry));
    else await cp(from, join(copy, entry), { recursive: true });
  }
  return copy;
}

test.each(['quickstart', 'custom-loss'])('%s trains and is measured', { timeout: 240_000 }, (name) =>
  inFolder(async (folder) => {
    const example = await copyOf(name, folder);
    const train = await fsae(example, ['train', '--steps', '2', '--backend', 'wasm']);
    expect(train.stderr).not.toContain('FSAE_');
    expect(train.status).toBe(0);
    const evaluate = await fsae(example, ['evaluate', '--backend', 'wasm', '--json']);
    expect(JSON.parse(evaluate.stdout).rows.length).toBeGreaterThan(0);
  }),
);

test('real-faces trains on two folders that are given', { timeout: 240_000 }, () =>
  inFolder(async (folder) => {
    const example = await copyOf('real-faces', folder);
    const faces = await fsae(folder, ['avatars', '--out', 'faces', '--count', '24', '--size', '64']);
    expect(faces.status).toBe(0);
    const given = { SRC: join(folder, 'faces/ada'), DST: join(folder, 'faces/ben') };
    const train = await fsae(example, ['train', '--steps', '2', '--backend', 'wasm'], given);
    expect(train.stderr).not.toContain('FSAE_');
    expect(train.status).toBe(0);
    const swap = await fsae(
      example,
      [
        'swap',
        '--run',
        'runs/real-faces',
        '--from',
        'src',
        '--to',
        'dst',
        given.SRC,
        '--out',
        'swapped',
        '--backend',
        'wasm',
      ],
      given,
    );
    expect(swap.status).toBe(0);
    expect(await readdir(join(example, 'swapped'))).toHaveLength(24);
  }),
);
