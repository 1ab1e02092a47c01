import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { fsae, inFolder, TINY } from './fsae.js';

const require = createRequire(new URL('../packages/backend-onnx/package.json', import.meta.url));

interface Onnxruntime {
  readonly Tensor: new (
    type: 'float32',
    data: Float32Array,
    dims: readonly number[],
  ) => { readonly data: Float32Array };
  readonly InferenceSession: {
    create(file: string): Promise<{
      readonly inputNames: readonly string[];
      readonly outputNames: readonly string[];
      run(feeds: object): Promise<Record<string, { readonly data: Float32Array; readonly dims: readonly number[] }>>;
    }>;
  };
}

test('a trained run as an ONNX file: onnxruntime draws what `fsae swap` draws', { timeout: 120_000 }, () =>
  inFolder(async (folder) => {
    const config = { ...TINY, name: 'mine', train: { ...TINY.train, average: 0.5 } };
    await writeFile(join(folder, 'fsae.config.json'), JSON.stringify(config));
    expect(await fsae(folder, ['train'])).toMatchObject({ status: 0 });

    const exported = await fsae(folder, [
      'export',
      'runs/mine',
      '--from',
      'ada',
      '--to',
      'ben',
      '--out',
      'out/ben.onnx',
    ]);
    expect(exported).toMatchObject({ status: 0, stdout: expect.stringContaining('out/ben.onnx') });
    const file = join(folder, 'out/ben.onnx');
    const text = (await readFile(file)).toString('latin1');
    for (const said of ['fsae.run', 'mine-', 'compositeWithTrainedAlgorithmicMedia', 'consent of the people']) {
      expect(text).toContain(said);
    }

    const { InferenceSession, Tensor } = require('onnxruntime-node') as Onnxruntime;
    const session = await InferenceSession.create(file);
    expect([session.inputNames, session.outputNames]).toEqual([['faces'], ['swapped']]);
    const { size } = TINY;
    await mkdir(join(folder, 'faces'));
    const face = Uint8Array.from({ length: size * size * 3 }, (_, i) => 128 + 100 * Math.sin(i / 7));
    await sharp(face, { raw: { width: size, height: size, channels: 3 } })
      .png()
      .toFile(join(folder, 'faces/a.png'));
    const swap = [
      'swap',
      '--run',
      'runs/mine',
      '--from',
      'ada',
      '--to',
      'ben',
      '--aligned',
      'faces',
      '--out',
      'swapped',
    ];
    expect(await fsae(folder, swap)).toMatchObject({ status: 0 });
    const expected = await sharp(join(folder, 'swapped/a.png')).removeAlpha().raw().toBuffer();

    const one = Float32Array.from(face, (byte) => byte / 255);
    const { swapped } = await session.run({
      faces: new Tensor('float32', Float32Array.of(...one, ...one), [2, size, size, 3]),
    });
    expect(swapped?.dims).toEqual([2, size, size, 3]);
    const drawn = Array.from(swapped?.data ?? [], (value) => Math.round(value * 255));
    for (const [i, byte] of [...expected, ...expected].entries()) {
      expect(Math.abs((drawn[i] as number) - byte)).toBeLessThanOrEqual(1);
    }
  }),
);

test.each([
  ['no direction', ['export', '--from', 'ada'], 'FSAE_CLI_OPTION'],
  ['another format', ['export', '--from', 'ada', '--to', 'ben', '--format', 'tflite'], 'FSAE_CLI_OPTION'],
  ['no run', ['export', 'runs/none', '--from', 'ada', '--to', 'ben'], 'FSAE_EVALUATE_NO_CHECKPOINT'],
])('export refuses %s', (_, args, code) =>
  inFolder(async (folder) => {
    const { status, stderr } = await fsae(folder, args);
    expect(stderr).toContain(code);
    expect(status).toBe(1);
  }),
);
