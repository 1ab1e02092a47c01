import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { fsae, inFolder, TINY } from './fsae.js';

interface Row {
  readonly metric: string;
  readonly region: string;
  readonly from: string;
  readonly value: number;
  readonly noSwap: number | null;
  readonly reconstruction: number | null;
}

const PACKAGES = ['loss-arcface', 'loss-lpips'].map((name) =>
  fileURLToPath(new URL(`../packages/${name}/dist/index.js`, import.meta.url)),
);

test('evaluate: metrics of plugins, requirements, other faces', { timeout: 180_000 }, () =>
  inFolder(async (folder) => {
    const configure = (config: object) => writeFile(join(folder, 'fsae.config.json'), JSON.stringify(config));
    const config = { ...TINY, size: 32, plugins: PACKAGES };
    await configure(config);
    expect(await fsae(folder, ['train'])).toMatchObject({ status: 0 });

    const evaluated = await fsae(folder, ['evaluate', '--json', '--on', 'held-out']);
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
    const likeness = find('swapIdentity', 'cosine-to');
    expect(likeness?.noSwap).toBeLessThan(0.5);
    expect(find('swapIdentity', 'cosine-from')?.noSwap).toBeGreaterThan((likeness?.noSwap as number) + 0.2);

    const met = await fsae(folder, ['evaluate', '--require', 'swap.truth.psnr>=1,identityBits[linear]<=1.1']);
    expect(met).toMatchObject({ status: 0 });
    const missed = await fsae(folder, ['evaluate', '--require', 'reconstruction.psnr>=60']);
    expect(missed).toMatchObject({ status: 1 });
    expect(missed.stderr).toContain('Not met: reconstruction.psnr >= 60');
    expect(await fsae(folder, ['evaluate', '--require', 'reconstruction.psnr'])).toMatchObject({
      stderr: expect.stringContaining('FSAE_EVALUATE_REQUIRE'),
    });
    expect(await fsae(folder, ['evaluate', '--require', 'likeness>1'])).toMatchObject({
      stderr: expect.stringContaining('FSAE_EVALUATE_REQUIRE_UNKNOWN'),
    });

    const avatars = ['avatars', '--out', 'faces', '--people', '2', '--count', '12', '--size', '32'];
    expect(await fsae(folder, [...avatars, '--seed', '7'])).toMatchObject({ status: 0 });
    const on = await fsae(folder, ['evaluate', '--json', '--on', 'ada=faces/ada']);
    expect(on).toMatchObject({ status: 0 });
    const measured = (JSON.parse(on.stdout) as { readonly rows: readonly Row[] }).rows;
    // Photographs of nobody: a folder knows no true swap.
    expect(measured.map(({ metric }) => metric)).toContain('swap.source.psnr');
    expect(await fsae(folder, ['evaluate', '--on', 'dora=faces/ada'])).toMatchObject({
      stderr: expect.stringContaining('FSAE_EVALUATE_IDENTITY'),
    });
    expect(await fsae(folder, ['evaluate', '--on', 'faces'])).toMatchObject({
      stderr: expect.stringContaining('FSAE_EVALUATE_ON'),
    });

    // What was trained on is refused by its content, whatever its name is.
    await configure({ ...config, plugins: [], name: 'folders', identities: { ada: 'faces/ada', ben: 'faces/ben' } });
    expect(await fsae(folder, ['train'])).toMatchObject({ status: 0 });
    const seen = await fsae(folder, ['evaluate', '--on', 'ada=faces/ben']);
    expect(seen.stderr).toContain('FSAE_EVALUATE_OVERLAP');
    expect(JSON.parse(await readFile(join(folder, 'runs/default/evaluation.json'), 'utf8')).step).toBe(3);
  }),
);
