import { expect, test } from 'vitest';
import type { SweepConfig } from '../../src/sweep/define.js';
import { breadthFirst, expandSweep, filterRuns } from '../../src/sweep/expand.js';
import { mergeConfig } from '../../src/sweep/merge.js';
import { planSweep } from '../../src/sweep/plan.js';
import { checkSweep } from '../../src/sweep/shape.js';

const people = { ada: { use: 'avatars', person: 1, count: 12 }, ben: { use: 'avatars', person: 2, count: 12 } };
const grid = (side: number) => ({ model: { bottleneck: { use: 'spatial', grid: side } } });
const sweep: SweepConfig = {
  name: 'study',
  base: { identities: people, preset: 'small', train: { steps: 10 }, backend: 'cpu' },
  blocks: [
    { axes: { arm: { channels: {} }, grid: { 3: grid(3), 7: grid(7) }, seed: [1, 2] } },
    { axes: { grid: { 7: grid(7) }, remedy: { none: { losses: { mse: 1 } } }, seed: [2] } },
  ],
};
const where = { root: '/work', file: null };

test('a run is one value of each axis of a block; the last axis varies fastest', () => {
  const runs = expandSweep(sweep);
  expect(runs.map(({ run }) => run)).toEqual([
    'arm-channels_grid-3_seed-1',
    'arm-channels_grid-3_seed-2',
    'arm-channels_grid-7_seed-1',
    'arm-channels_grid-7_seed-2',
    'grid-7_remedy-none_seed-2',
  ]);
  expect(runs[3]).toEqual({
    run: 'arm-channels_grid-7_seed-2',
    axes: { arm: 'channels', grid: '7', seed: '2' },
    config: {
      ...sweep.base,
      model: { bottleneck: { use: 'spatial', grid: 7 } },
      train: { steps: 10, seed: 2 },
    },
    round: 1,
  });
});

test('breadth: the first seed of every block before the second', () => {
  const seeds = breadthFirst(expandSweep(sweep)).map(({ run }) => run);
  expect(seeds).toEqual([
    'arm-channels_grid-3_seed-1',
    'arm-channels_grid-7_seed-1',
    'grid-7_remedy-none_seed-2',
    'arm-channels_grid-3_seed-2',
    'arm-channels_grid-7_seed-2',
  ]);
});

test('only: values of one axis are alternatives, axes restrict each other', () => {
  const runs = expandSweep(sweep);
  const only = (wanted: string) => filterRuns(runs, wanted).map(({ run }) => run);
  expect(only('grid=3,grid=7,seed=2')).toEqual([
    'arm-channels_grid-3_seed-2',
    'arm-channels_grid-7_seed-2',
    'grid-7_remedy-none_seed-2',
  ]);
  expect(only('arm=channels, grid=7')).toHaveLength(2);
  for (const wrong of ['gird=3', 'grid=9', 'grid', '']) {
    expect(() => only(wrong), wrong).toThrow(expect.objectContaining({ code: 'FSAE_SWEEP_ONLY' }));
  }
});

test('a patch merges sections and replaces lists, losses and parts of another kind', () => {
  const base = {
    identities: { ada: { use: 'avatars', person: 1 }, ben: 'faces/ben' },
    model: { bottleneck: { use: 'spatial', hidden: 96 }, decoder: 'pixel-shuffle' },
    losses: { l1: 1, ssim: 0.5 },
    data: { warp: 0.35, affine: { rotate: 5, scale: 0.1 } },
    train: { steps: 100, optimizer: { use: 'adam', betas: [0.5, 0.9], learningRate: 1 } },
    plugins: ['./a.js', './b.js'],
  } as const;
  const merged = mergeConfig(base, {
    identities: { ada: { use: 'folder', path: 'faces/ada' }, cleo: 'faces/cleo' },
    model: { bottleneck: { use: 'dense', units: 8 }, decoder: { use: 'pixel-shuffle', channels: 4 } },
    losses: { l1: 2 },
    data: { affine: { rotate: 10 } },
    train: { steps: undefined as never, optimizer: { betas: [0, 0.99] } },
    plugins: ['./c.js'],
  });
  expect(merged).toEqual({
    identities: { ada: { use: 'folder', path: 'faces/ada' }, ben: 'faces/ben', cleo: 'faces/cleo' },
    model: { bottleneck: { use: 'dense', units: 8 }, decoder: { use: 'pixel-shuffle', channels: 4 } },
    losses: { l1: 2 },
    data: { warp: 0.35, affine: { rotate: 10, scale: 0.1 } },
    train: { steps: 100, optimizer: { use: 'adam', betas: [0, 0.99], learningRate: 1 } },
    plugins: ['./c.js'],
  });
  expect(mergeConfig(base, { model: { bottleneck: { grid: 3 } as never } }).model?.bottleneck).toEqual({
    use: 'spatial',
    hidden: 96,
    grid: 3,
  });
  expect(base.data).toEqual({ warp: 0.35, affine: { rotate: 5, scale: 0.1 } });
});

test('a plan resolves every run, under the sweep in the output, with one checkpoint kept', async () => {
  const plan = await planSweep(sweep, where);
  expect(plan).toMatchObject({ name: 'study', root: '/work', folder: '/work/runs/study' });
  expect(new Set(plan.runs.map(({ hash }) => hash)).size).toBe(5);
  const [run] = plan.runs;
  expect(run?.config).toMatchObject({
    name: 'arm-channels_grid-3_seed-1',
    output: 'runs/study',
    checkpoint: { keep: 1 },
    train: { seed: 1 },
  });
  const elsewhere = await planSweep(sweep, { ...where, output: '/other' });
  expect(elsewhere.folder).toBe('/other/study');
  // Where it lies and what computes it is not what it is.
  expect(elsewhere.runs.map(({ hash }) => hash)).toEqual(plan.runs.map(({ hash }) => hash));
});

test('two blocks may describe one run alike; one name for two configs or two names for one are refused together', async () => {
  const twice = {
    ...sweep,
    blocks: [...sweep.blocks, { axes: { arm: { channels: {} }, grid: { 3: grid(3) }, seed: [1, 3] } }],
  };
  expect((await planSweep(twice, where)).runs).toHaveLength(6);
  const clashing = {
    ...sweep,
    blocks: [
      { axes: { warp: { none: { data: { warp: 0 } }, off: { data: { warp: 0 } } }, seed: [1] } },
      { axes: { warp: { none: { data: { warp: 1 } } }, seed: [1] } },
    ],
  };
  const error = await planSweep(clashing, where).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'FSAE_SWEEP_NOT_DISTINCT' });
  expect(String(error)).toContain('warp-none_seed-1 and warp-off_seed-1 have one and the same config');
  expect(String(error)).toContain('two different configs are called warp-none_seed-1');
});

test('a mistake in the config of a run names the run', async () => {
  const wrong = { ...sweep, blocks: [{ axes: { warp: { odd: { data: { warp: -1 } } } } }] };
  await expect(planSweep(wrong, { root: '/work', file: '/work/sweep.config.ts' })).rejects.toMatchObject({
    code: 'FSAE_CONFIG_INVALID',
    message: expect.stringMatching(/sweep\.config\.ts \(warp-odd\).*data\.warp/s),
  });
});

test('every mistake in the shape of a sweep file is named at once', () => {
  expect(checkSweep(sweep)).toEqual([]);
  const paths = (value: unknown) => checkSweep(value).map(({ path }) => path.join('.'));
  expect(paths({ name: '../up', base: 3, blocks: [{ axes: { 'a b': { 1: {} } } }], work: 1 })).toEqual(
    expect.arrayContaining(['name', 'base', 'blocks.0.axes.a b', 'work']),
  );
  expect(paths({ ...sweep, blocks: [] })).toEqual(['blocks']);
  expect(paths({ ...sweep, blocks: [{ axes: { seed: [1, 1] } }] })).toEqual(['blocks.0.axes.seed']);
  expect(paths({ ...sweep, blocks: [{ axes: { seed: ['x'] } }] })).toEqual(['blocks.0.axes.seed']);
  expect(paths({ ...sweep, blocks: [{ axes: { grid: [1, 2] } }] })).toEqual(['blocks.0.axes.grid']);
  expect(paths({ ...sweep, blocks: [{ axes: { grid: { '3_x': {} } } }] })).toEqual(['blocks.0.axes.grid.3_x']);
  expect(paths({ ...sweep, evaluate: { when: new Date() } })).toEqual(['evaluate.when']);
  expect(paths(undefined)).toHaveLength(1);
});
