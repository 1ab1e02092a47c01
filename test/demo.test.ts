import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { fsae, inFolder } from './fsae.js';

test('the demo writes report, preview and numbers; the contrast stands beside it', { timeout: 600_000 }, () =>
  inFolder(async (folder) => {
    const { status, stdout, stderr } = await fsae(folder, ['demo', '--steps', '3', '--backend', 'wasm', '--contrast']);
    expect(stderr).not.toContain('FSAE_');
    expect(status).toBe(0);
    expect(stdout).toContain('swap.truth.psnr');
    // Three steps make no swap, and nobody says they do.
    expect(stdout).toContain('Not (yet) a swap');

    const { step, seconds, backend, rows } = JSON.parse(
      await readFile(join(folder, 'runs/demo/evaluation.json'), 'utf8'),
    );
    expect({ step, backend }).toEqual({ step: 3, backend: 'wasm' });
    expect(seconds).toBeGreaterThan(0);
    for (const [from, to] of [
      ['ada', 'ben'],
      ['ben', 'ada'],
    ]) {
      for (const region of ['whole', 'eyes', 'mouth']) {
        const row = rows.find(
          (r: Record<string, unknown>) =>
            r['metric'] === 'swap.truth.psnr' && r['region'] === region && r['from'] === from && r['to'] === to,
        );
        for (const key of ['value', 'low', 'high', 'meanFace', 'noSwap', 'reconstruction']) {
          expect(row[key]).toEqual(expect.any(Number));
        }
        expect(row.unit).toBe('dB');
      }
    }

    const report = await readFile(join(folder, 'runs/demo/report.html'), 'utf8');
    expect(report).not.toMatch(/<script/i);
    expect(report).toContain('demo-contrast');
    expect(report).toContain('data:image/png');
    const { format, xmp } = await sharp(join(folder, 'runs/demo/preview.png')).metadata();
    expect(format).toBe('png');
    expect(String(xmp)).toContain('compositeWithTrainedAlgorithmicMedia');
  }),
);
