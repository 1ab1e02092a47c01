import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { msSsim, multiScaleSimilarity } from '../../src/losses/ms-ssim.js';
import { ssim, structuralSimilarity } from '../../src/losses/ssim.js';
import { fakeContext } from '../../src/testing/index.js';
import fixtures from './fixtures/ssim.json' with { type: 'json' };

// Made by scripts/fixtures/ssim.py in PyTorch, double precision.
type Fixture = (typeof fixtures.ssim)[number];

/** The formula of scripts/fixtures/ssim.py. */
function pictures({ batch, rows, columns }: Fixture, shift: number): tf.Tensor4D {
  const values = new Float32Array(batch * rows * columns * 3);
  let at = 0;
  for (let b = 0; b < batch; b++) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        for (let c = 0; c < 3; c++) {
          const smooth = Math.sin(0.21 * i + 0.13 * j * (c + 1) + 0.7 * b) * Math.cos(0.17 * j - 0.05 * i * c);
          const fine = Math.sin(12.9898 * i + 78.233 * j + 37.719 * c + 5 * b + shift);
          values[at++] = 0.5 + 0.3 * smooth + (0.05 + 0.05 * shift) * fine;
        }
      }
    }
  }
  return tf.tensor4d(values, [batch, rows, columns, 3]);
}

async function compare(similarity: (x: tf.Tensor4D, y: tf.Tensor4D) => tf.Tensor1D, fixture: Fixture) {
  const x = pictures(fixture, fixture.shift);
  const y = pictures(fixture, 0);
  const values = await similarity(x, y).data();
  expect(values).toHaveLength(fixture.values.length);
  fixture.values.forEach((value, i) => {
    expect(Math.abs(values[i]! - value)).toBeLessThan(1e-5);
  });

  const gradient = tf.grad((picture) => tf.mean(tf.sub(1, similarity(picture as tf.Tensor4D, y))))(x);
  const pixel = async (row: number, column: number) => [
    ...(await tf.slice(gradient, [0, row, column, 0], [1, 1, 1, 3]).data()),
  ];
  expect((await tf.norm(gradient).data())[0]).toBeCloseTo(fixture.gradientNorm, 5);
  const [corner, middle] = [await pixel(0, 0), await pixel(fixture.rows >> 1, fixture.columns >> 1)];
  for (let channel = 0; channel < 3; channel++) {
    expect(corner[channel]).toBeCloseTo(fixture.gradientCorner[channel]!, 5);
    expect(middle[channel]).toBeCloseTo(fixture.gradientMiddle[channel]!, 5);
  }
}

for (const backend of ['cpu', 'wasm']) {
  for (const fixture of fixtures.ssim) {
    test(`SSIM of ${fixture.rows}x${fixture.columns} is PyTorch's to 1e-5 on ${backend}`, async () => {
      await tf.setBackend(backend);
      await compare(structuralSimilarity, fixture);
    });
  }
}

for (const fixture of fixtures.msSsim) {
  test(`MS-SSIM of ${fixture.rows}x${fixture.columns} is PyTorch's to 1e-5`, async () => {
    await tf.setBackend('wasm');
    await compare(multiScaleSimilarity, fixture);
  });
}

test('equal pictures have an SSIM of 1, a picture and its negative less than 0', async () => {
  await tf.setBackend('cpu');
  const x = pictures({ ...fixtures.ssim[0]!, batch: 1 }, 1);
  expect((await structuralSimilarity(x, x).data())[0]).toBeCloseTo(1, 6);
  expect((await structuralSimilarity(x, tf.sub(1, x)).data())[0]).toBeLessThan(0);
});

test('an inverted structure leaves MS-SSIM and its gradient finite', async () => {
  await tf.setBackend('wasm');
  const x = pictures({ ...fixtures.msSsim[0]!, batch: 1 }, 1);
  const y = tf.sub<tf.Tensor4D>(1, x);
  expect((await multiScaleSimilarity(x, y).data())[0]).toBeLessThan(0.1);
  const gradient = tf.grad((picture) => tf.mean(multiScaleSimilarity(picture as tf.Tensor4D, y)))(x);
  expect(Number.isFinite((await tf.sum(gradient).data())[0])).toBe(true);
});

test('pictures without room for a window are refused', () => {
  const small = (size: number) => fakeContext({ size });
  expect(() => ssim.create({}, small(10))).toThrow(expect.objectContaining({ code: 'FSAE_LOSSES_PICTURE_TOO_SMALL' }));
  expect(() => ssim.create({}, small(11))).not.toThrow();
  expect(() => msSsim.create({}, small(175))).toThrow(/at least 176 pixels/);
  expect(() => msSsim.create({}, small(176))).not.toThrow();
});
