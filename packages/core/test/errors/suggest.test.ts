import { expect, test } from 'vitest';
import { suggest } from '../../src/errors/suggest.js';

const losses = [
  'l1',
  'mse',
  'ssim',
  'ms-ssim',
  'kl',
  'latent-statistics',
  'adversarial',
  'arcface',
  'landmark',
  'lpips',
];
const keys = ['use', 'steps', 'batchSize', 'optimizer', 'schedule', 'clip', 'average', 'seed', 'nonFinitePatience'];

test.each([
  ['arcfase', losses, 'arcface'],
  ['latent_statistics', losses, 'latent-statistics'],
  ['latentStatistics', losses, 'latent-statistics'],
  ['latent', losses, 'latent-statistics'],
  ['lipps', losses, 'lpips'],
  ['msssim', losses, 'ms-ssim'],
  ['L1', losses, 'l1'],
  ['adverserial', losses, 'adversarial'],
  ['landmarks', losses, 'landmark'],
  ['batchsize', keys, 'batchSize'],
  ['batch_size', keys, 'batchSize'],
  ['optimiser', keys, 'optimizer'],
  ['sede', keys, 'seed'],
  ['trian', ['train', 'data'], 'train'],
  ['smal', ['small', 'small-real'], 'small'],
  ['article256', ['article-256', 'article-512'], 'article-256'],
  ['avatar', ['folder', 'avatars'], 'avatars'],
])('%s', (word, candidates, meant) => {
  expect(suggest(word, candidates)).toBe(meant);
});

test('says nothing where nothing is near', () => {
  expect(suggest('perceptual', losses)).toBeUndefined();
  expect(suggest('x', keys)).toBeUndefined();
  expect(suggest('', keys)).toBeUndefined();
  expect(suggest('anything', [])).toBeUndefined();
});
