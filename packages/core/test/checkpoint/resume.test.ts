import { expect, test } from 'vitest';
import { checkResume } from '../../src/checkpoint/resume.js';
import type { ResolvedConfig } from '../../src/config/define.js';
import { config } from './contents.js';

test('the same config changes nothing', () => {
  expect(checkResume(config, structuredClone(config))).toEqual({ changes: [] });
});

test('the order of keys inside options is no change', () => {
  const encoder = { use: 'conv', options: { stages: 2, channels: 32 } };
  expect(checkResume(config, { ...config, model: { ...config.model, encoder } }).changes).toEqual([]);
});

test('steps, rates, weights and paths may change and are returned for the lineage', () => {
  const { l1 } = config.losses;
  const now: ResolvedConfig = {
    ...config,
    identities: { ...config.identities, src: { use: 'folder', options: { path: 'elsewhere' } } },
    losses: { ...config.losses, l1: { ...l1!, weight: { atMost: 0.1 } } },
    train: { ...config.train, steps: 2000, clip: null },
  };
  expect(checkResume(config, now).changes).toEqual([
    { path: 'identities.src.options.path', from: 'faces/src', to: 'elsewhere' },
    { path: 'losses.l1.weight', from: 1, to: { atMost: 0.1 } },
    { path: 'train.steps', from: 1000, to: 2000 },
    { path: 'train.clip', from: 1, to: null },
  ]);
});

const { src, dst } = config.identities as { src: { use: string; options: object }; dst: never };
const refused: Record<string, [Partial<ResolvedConfig>, RegExp]> = {
  'another picture size': [{ size: 128 }, /size 64[\s\S]*size 128/],
  'another model option': [
    { model: { ...config.model, bottleneck: { use: 'spatial', options: { channels: 512 } } } },
    /model\.bottleneck\.options\.channels 256[\s\S]*channels 512/,
  ],
  'another identity name': [{ identities: { src, other: dst } as never }, /identities/],
  'one identity more': [{ identities: { src, dst, third: dst } as never }, /identities/],
  // The order is the label that adversaries were trained on.
  'another order of identities': [{ identities: { dst, src } as never }, /identities/],
  'another kind of dataset': [{ identities: { src: { ...src, use: 'avatars' }, dst } as never }, /avatars/],
  'a loss less': [{ losses: { l1: config.losses['l1']! } }, /losses[\s\S]*latent-statistics/],
  'another kind of loss under the same key': [
    { losses: { ...config.losses, l1: { use: 'mse', options: {}, weight: 1 } } },
    /l1 \(mse\)/,
  ],
};
for (const [what, [change, message]] of Object.entries(refused)) {
  test(`refuses ${what}`, () => {
    const check = () => checkResume(config, { ...config, ...change });
    expect(check).toThrow(expect.objectContaining({ code: 'FSAE_CHECKPOINT_MISMATCH' }));
    expect(check).toThrow(message);
  });
}

test('says every disagreement at once', () => {
  const now = { ...config, size: 128, losses: { l1: config.losses['l1']! } };
  expect(() => checkResume(config, now)).toThrow(/size 128, losses \["l1"\]/);
});
