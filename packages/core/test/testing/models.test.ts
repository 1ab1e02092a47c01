import * as tf from '@tensorflow/tfjs';
import { test } from 'vitest';
import { convEncoder } from '../../src/model/conv-encoder.js';
import { dense } from '../../src/model/dense.js';
import { pixelShuffle } from '../../src/model/pixel-shuffle.js';
import { spatial } from '../../src/model/spatial.js';
import { bottleneckConformance, decoderConformance, encoderConformance } from '../../src/testing/index.js';

await tf.setBackend('cpu');

const features = [16, 16, 4] as const;
const small = { size: 32, features } as const;

const cases = [
  ...encoderConformance('conv', convEncoder, { size: 16, options: { channels: 4 } }),
  ...bottleneckConformance('spatial', spatial, { ...small, options: { channels: 8 } }),
  ...bottleneckConformance('spatial variational', spatial, { ...small, options: { channels: 8, variational: true } }),
  ...bottleneckConformance('dense', dense, { ...small, options: { units: 16 } }),
  ...decoderConformance('pixel-shuffle', pixelShuffle, { ...small, options: { channels: 8 } }),
];

for (const { name, run } of cases) test(name, run);
