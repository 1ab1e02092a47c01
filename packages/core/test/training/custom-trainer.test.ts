import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import type { CheckpointContents } from '../../src/checkpoint/format.js';
import type { CheckpointStore } from '../../src/checkpoint/store.js';
import type { ResolvedConfig } from '../../src/config/define.js';
import { inject, injectable } from '../../src/container/di.js';
import { CHECKPOINTS, CLOCK, type Clock, CONFIG, LOADER, MODEL, POSITION, RANDOM } from '../../src/container/tokens.js';
import type { Random, Trainer, TrainingEnd } from '../../src/contracts/index.js';
import type { Loader } from '../../src/data/loader.js';
import { definePlugin } from '../../src/plugins/define.js';
import { train } from '../../src/run/train.js';
import type { Position } from '../../src/training/position.js';
import { listener, registryOf, tinyConfig } from '../tiny.js';

const signal = new AbortController().signal;
const folder = () => mkdtemp(join(tmpdir(), 'fsae-trainer-'));

/** Counts instead of training, with what the container gives it. */
@injectable()
class CountingTrainer implements Trainer {
  static readonly seen: string[] = [];

  constructor(
    @inject(CONFIG) private readonly config: ResolvedConfig,
    @inject(LOADER) private readonly loader: Loader,
    @inject(POSITION) private readonly position: Position,
  ) {}

  async run({ until }: { readonly until: number }): Promise<TrainingEnd> {
    const batch = await this.loader.batch(1);
    CountingTrainer.seen.push(`${this.config.name}: ${[...batch.faces.keys()].join()}`);
    this.position.step = until;
    return { step: until, reason: 'done' };
  }
}

test("a plugin's trainer, chosen by name, is constructed by the container and runs", async () => {
  const plugin = definePlugin({ name: 'fsae-trainer-counting', api: 1, trainers: { counting: CountingTrainer } });
  const config = tinyConfig(2, { train: { ...tinyConfig().train, use: 'counting', steps: 7 } });
  const result = await train(
    { config, registry: registryOf(plugin), root: await folder() },
    { logger: listener(), signal },
  );
  expect(result).toMatchObject({ step: 7, reason: 'done' });
  expect(CountingTrainer.seen).toEqual(['tiny: ada,ben']);
});

test('tests put a clock and a randomness of their own in place by registration', async () => {
  let now = 0;
  const clock: Clock = { now: () => (now += 1000) };
  const asked: string[] = [];
  const seconds: number[] = [];
  await train(
    {
      config: tinyConfig(2, { train: { ...tinyConfig().train, steps: 2 } }),
      registry: registryOf(),
      root: await folder(),
    },
    {
      logger: listener(),
      signal,
      override: (container) => {
        const original = container.resolve<Random>(RANDOM);
        container.register(CLOCK, { useValue: clock });
        container.register(RANDOM, {
          useValue: {
            seed: original.seed,
            stream: (purpose: string, ...counters: number[]) => {
              asked.push(purpose);
              return original.stream(purpose, ...counters);
            },
          },
        });
      },
      callbacks: () => [{ name: 'seconds', onStep: ({ seconds: took }) => void seconds.push(took) }],
    },
  );
  // started, after the batch, after the update: three looks at the clock, two seconds apart.
  expect(seconds).toEqual([2, 2]);
  expect(asked).toContain('init/encoder/conv1/kernel');
});

test('checkpoints go where the registration says', async () => {
  const saved: CheckpointContents[] = [];
  const store = {
    latest: async () => undefined,
    save: async (contents: CheckpointContents) => {
      saved.push(contents);
      return `memory/${contents.step}`;
    },
  } as unknown as CheckpointStore;
  const told: string[] = [];
  await train(
    {
      config: tinyConfig(2, { checkpoint: { every: 2, keep: 1 } }),
      registry: registryOf(),
      root: await folder(),
    },
    {
      logger: listener(),
      signal,
      override: (container) => container.register(CHECKPOINTS, { useValue: store }),
      callbacks: () => [{ name: 'told', state: () => told.length, onCheckpoint: (path) => void told.push(path) }],
    },
  );
  expect(told).toEqual(['memory/2', 'memory/4', 'memory/5']);
  expect(saved.map(({ step, callbacks }) => [step, callbacks['told']])).toEqual([
    [2, 0],
    [4, 1],
    [5, 2],
  ]);
  expect(saved[0]?.plugins.map(({ name }) => name)).toEqual(['@fsae/core']);
  expect(Object.keys(saved[0]?.losses ?? {})).toEqual(['l1', 'latent-statistics']);
});

test('two runs in one process share no state', async () => {
  const settings = { logger: listener(), signal };
  const models: unknown[] = [];
  const losses: number[][] = [[], []];
  const start = async (n: number, seed: number) =>
    train(
      {
        config: tinyConfig(2, { train: { ...tinyConfig().train, steps: 3, seed } }),
        registry: registryOf(),
        root: await folder(),
      },
      {
        ...settings,
        callbacks: (container) => {
          models.push(container.resolve(MODEL));
          return [
            { name: 'loss', onStep: async (report) => void losses[n]?.push((await report.read())['loss'] as number) },
          ];
        },
      },
    );
  const before = tf.memory().numTensors;
  await Promise.all([start(0, 1), start(1, 2)]);
  const together = losses.map((values) => [...values]);
  losses[0] = [];
  losses[1] = [];
  await start(0, 1);
  await start(1, 2);
  expect(together).toEqual(losses);
  expect(new Set(models).size).toBe(4);
  expect(tf.memory().numTensors).toBe(before);
});
