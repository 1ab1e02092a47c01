import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { fsae, inFolder, TINY } from './fsae.js';

interface Row {
  readonly metric: string;
  readonly region: string;
  readonly noSwap: number | null;
}

const PLUGINS = ['loss-arcface', 'loss-lpips'].map((name) =>
  fileURLToPath(new URL(`../packages/${name}/dist/index.js`, import.meta.url)),
);

const configure = (folder: string, config: object) =>
  writeFile(join(folder, 'fsae.config.json'), JSON.stringify(config));

test('evaluate measures with the metrics of plugins, and exits by --require', { timeout: 180_000 }, () =>
  inFolder(async (folder) => {
    await configure(folder, { ...TINY, size: 32, plugins: PLUGINS, backend: 'wasm' });
    expect(await fsae(folder, ['train'])).toMatchObject({ status: 0 });
    const met = 'swap.truth.psnr>=1,identityBits[linear]<=1.1';
    const evaluated = await fsae(folder, ['evaluate', '--json', '--on', 'held-out', '--require', met]);
    expect(evaluated).toMatchObject({ status: 0 });
    const { rows } = JSON.parse(evaluated.stdout) as { readonly rows: readonly Row[] };
    const find = (metric: string, region = 'whole') =>
      rows.find((row) => row.metric === metric && row.region === region);
    for (const metric of ['reconstruction.lpips', 'swap.truth.lpips', 'swap.truth.psnr', 'swapInvariance']) {
      expect(find(metric), metric).toBeDefined();
    }
    for (const region of ['two-layer', 'linear', 'shuffled', 'untrained']) {
      expect(find('identityBits', region), region).toBeDefined();
    }
    // The judge knows these people: real faces of the one are never taken for the other.
    expect(find('swapIdentity', 'nearest')?.noSwap).toBe(0);
    const base = find('swapIdentity', 'cosine-to')?.noSwap as number;
    expect(base).toBeLessThan(0.5);
    expect(find('swapIdentity', 'cosine-from')?.noSwap).toBeGreaterThan(base + 0.2);

    // How to measure may be said after training: in the folder's config, or in one that is named.
    const measured = async (...args: string[]) => {
      const { rows } = JSON.parse((await fsae(folder, ['evaluate', '--json', ...args])).stdout) as { rows: Row[] };
      return new Set(rows.map(({ metric }) => metric));
    };
    await configure(folder, {
      ...TINY,
      size: 32,
      backend: 'wasm',
      evaluate: { metrics: { swapIdentity: false, lpips: false } },
    });
    expect((await measured()).has('swapIdentity')).toBe(false);
    expect((await measured('runs/default', '--config', 'fsae.config.json')).has('swapIdentity')).toBe(false);
  }),
);

test('evaluate on other faces, and what it refuses', { timeout: 180_000 }, () =>
  inFolder(async (folder) => {
    const avatars = (out: string, seed: string) =>
      fsae(folder, ['avatars', '--out', out, '--people', '2', '--count', '8', '--size', '16', '--seed', seed]);
    expect(await avatars('faces', '1')).toMatchObject({ status: 0 });
    expect(await avatars('others', '7')).toMatchObject({ status: 0 });
    await configure(folder, { ...TINY, identities: { ada: 'faces/ada', ben: 'faces/ben' } });
    expect(await fsae(folder, ['train'])).toMatchObject({ status: 0 });

    const missed = await fsae(folder, ['evaluate', '--on', 'ada=others/ada', '--require', 'reconstruction.psnr>=60']);
    expect(missed).toMatchObject({ status: 1 });
    expect(missed.stderr).toContain('Not met: reconstruction.psnr >= 60');
    const { step, rows } = JSON.parse(await readFile(join(folder, 'runs/default/evaluation.json'), 'utf8'));
    expect(step).toBe(3);
    // A run that was moved keeps what is measured of it with it.
    await rename(join(folder, 'runs/default'), join(folder, 'moved'));
    await rm(join(folder, 'moved/evaluation.json'));
    expect(await fsae(folder, ['evaluate', 'moved'])).toMatchObject({ status: 0 });
    expect(await readdir(join(folder, 'moved'))).toContain('evaluation.json');
    await rm(join(folder, 'runs'), { recursive: true });
    await mkdir(join(folder, 'runs'));
    await rename(join(folder, 'moved'), join(folder, 'runs/default'));
    // Nobody knows the true swap of a photograph.
    expect(rows.map(({ metric }: Row) => metric)).toContain('swap.source.psnr');

    const refused = async (...args: string[]) => (await fsae(folder, ['evaluate', ...args])).stderr;
    // By content, whatever the file is called.
    expect(await refused('--on', 'ada=faces/ben')).toContain('FSAE_EVALUATE_OVERLAP');
    expect(await refused('--on', 'dora=others/ada')).toContain('FSAE_EVALUATE_IDENTITY');
    expect(await refused('--on', 'others')).toContain('FSAE_EVALUATE_ON');
    expect(await refused('--require', 'reconstruction.psnr')).toContain('FSAE_EVALUATE_REQUIRE');
    expect(await refused('--require', 'likeness>1')).toContain('FSAE_EVALUATE_REQUIRE_UNKNOWN');
  }),
);
