import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** The caller removes it. */
export async function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'fsae-arcface-'));
}

export async function folderOfTest(): Promise<string> {
  const folder = await temporaryFolder();
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

interface Weight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

interface Layer {
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** Writes a LayersModel for pictures of `side` pixels whose values are taken as they are; returns its path. */
export async function writeNetwork(
  folder: string,
  side: number,
  layers: readonly Layer[],
  weights: readonly Weight[] = [],
): Promise<string> {
  const [first, ...rest] = layers;
  const input = { ...first, config: { ...first!.config, batch_input_shape: [null, side, side, 3], dtype: 'float32' } };
  const manifest = {
    format: 'layers-model',
    userDefinedMetadata: { fsae: { input: { mean: 0, scale: 255, order: 'rgb' } } },
    modelTopology: { class_name: 'Sequential', config: { name: 'tiny', layers: [input, ...rest] } },
    weightsManifest: [
      { paths: ['tiny.bin'], weights: weights.map(({ name, shape }) => ({ name, shape, dtype: 'float32' })) },
    ],
  };
  const file = join(folder, 'tiny.json');
  await writeFile(file, JSON.stringify(manifest));
  await writeFile(join(folder, 'tiny.bin'), new Float32Array(weights.flatMap(({ values }) => values)));
  return file;
}

/** The embedding is the picture itself: cosines can be worked out by hand. */
export const writePixels = (folder: string, side: number): Promise<string> =>
  writeNetwork(folder, side, [{ class_name: 'Flatten', config: { name: 'flatten' } }]);

/** A smooth network of two layers for pictures of `side` pixels, 5 values. */
export function writeSmooth(folder: string, side: number): Promise<string> {
  // As good as random and always the same.
  const scattered = (count: number, step: number) =>
    Array.from({ length: count }, (_, i) => ((43758.5453 * Math.sin((i + 1) * step)) % 1) / 2);
  const flat = (side / 2) ** 2 * 4;
  return writeNetwork(
    folder,
    side,
    [
      {
        class_name: 'Conv2D',
        config: {
          name: 'conv',
          filters: 4,
          kernel_size: [3, 3],
          strides: [2, 2],
          padding: 'same',
          activation: 'tanh',
          use_bias: true,
        },
      },
      { class_name: 'Flatten', config: { name: 'flatten' } },
      { class_name: 'Dense', config: { name: 'dense', units: 5, activation: 'tanh', use_bias: true } },
    ],
    [
      { name: 'conv/kernel', shape: [3, 3, 3, 4], values: scattered(108, 12.9898) },
      { name: 'conv/bias', shape: [4], values: scattered(4, 4.1414).map((value) => value / 5) },
      { name: 'dense/kernel', shape: [flat, 5], values: scattered(flat * 5, 78.233) },
      { name: 'dense/bias', shape: [5], values: scattered(5, 3.3333).map((value) => value / 5) },
    ],
  );
}
