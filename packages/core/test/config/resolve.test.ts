import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import type { Config } from '../../src/config/define.js';
import { loadConfig } from '../../src/config/load.js';
import { missingPart } from '../../src/config/parts.js';
import { presets } from '../../src/config/presets.js';
import { resolveConfig } from '../../src/config/resolve.js';
import type { Plugin } from '../../src/contracts/index.js';
import { builtin } from '../../src/plugins/builtin.js';
import { createRegistry } from '../../src/plugins/registry.js';
import { project } from './project.js';

const where = { file: '/project/fsae.config.ts', root: '/project' };
const identities = { ada: { use: 'avatars', person: 1 }, ben: { use: 'avatars', person: 2 } };
const quiet = { backend: 'cpu' } as const;

/** Stands in for the packages that the article's presets need. */
const packages: Plugin = {
  name: 'packages-stand-in',
  api: 1,
  losses: {
    lpips: { options: v.strictObject({}), create: () => expect.unreachable() },
    adversarial: {
      options: v.strictObject({ network: v.string(), objective: v.string() }),
      create: () => expect.unreachable(),
    },
    landmark: {
      options: v.strictObject({ model: v.string(), swap: v.boolean() }),
      create: () => expect.unreachable(),
    },
  },
};

async function resolved(config: Omit<Config, 'identities'> & Partial<Pick<Config, 'identities'>>) {
  return (await resolveConfig({ identities, ...quiet, plugins: [packages], ...config }, where)).config;
}

async function errorOf(config: unknown): Promise<Error & { code?: string }> {
  return resolveConfig(config as Config, where).then(
    () => expect.unreachable('the config resolved'),
    (error: Error) => error,
  );
}

/** A loss whose schema is whatever a test needs. */
function pluginWith(options: NonNullable<Plugin['losses']>[string]['options']): Plugin {
  return { name: 'fsae-loss-odd', api: 1, losses: { odd: { options, create: () => expect.unreachable() } } };
}

describe('defaults and presets', () => {
  test('the smallest config is complete', async () => {
    const config = await resolved({});
    expect(config).toMatchObject({
      name: 'default',
      preset: 'small',
      size: 64,
      identities: { ada: { use: 'avatars', options: { person: 1 } } },
      model: {
        encoder: { use: 'conv', options: { channels: 16, stages: 2 } },
        bottleneck: { use: 'spatial', options: { hidden: 96, channels: 64, expand: 'dense', expandChannels: 32 } },
        decoder: { use: 'pixel-shuffle', options: { channels: 32 } },
      },
      losses: {
        l1: { use: 'l1', weight: 1 },
        'latent-statistics': { use: 'latent-statistics', weight: 15, options: { per: 'cell', momentum: 0.1 } },
      },
      data: { heldOut: 0.15, warp: 0.3, affine: { rotate: 0, scale: 0, shift: 0 }, flip: 0, colour: 0 },
      train: {
        use: 'alternating',
        steps: 3300,
        optimizer: { use: 'adam', learningRate: 8e-3, betas: [0.9, 0.95], epsilon: 1e-8, weightDecay: 0 },
        schedule: { warmup: 300, decay: 'cosine', final: 0.02 },
        clip: null,
        average: 0,
        seed: 1,
        nonFinitePatience: 10,
      },
      checkpoint: { every: 500, keep: 3 },
      preview: { every: 500, rows: 6 },
      backend: { use: 'cpu', threads: null },
      plugins: [{ name: 'packages-stand-in', version: null, from: null }],
      output: 'runs',
    });
  });

  test('sections are overridden key by key', async () => {
    const { train, data } = await resolved({
      train: { steps: 7, optimizer: { learningRate: 1e-3 }, schedule: { decay: 'constant' } },
      data: { affine: { rotate: 10 } },
    });
    expect(train).toMatchObject({ steps: 7, batchSize: 4 });
    expect(train.optimizer).toMatchObject({ learningRate: 1e-3, betas: [0.9, 0.95] });
    expect(train.schedule).toEqual({ warmup: 300, decay: 'constant', final: 0.02 });
    expect(data).toMatchObject({ warp: 0.3, affine: { rotate: 10, scale: 0, shift: 0 } });
  });

  test('losses replace those of the preset as a whole; a weight of 0 leaves one out', async () => {
    const { losses } = await resolved({ losses: { l1: 2, 'latent-statistics': 3, kl: 0, ssim: { weight: 0 } } });
    expect(losses).toMatchObject({
      l1: { use: 'l1', weight: 2 },
      'latent-statistics': { use: 'latent-statistics', weight: 3, options: { momentum: 1 } },
    });
    expect(Object.keys(losses)).toEqual(['l1', 'latent-statistics']);
  });

  test('a part of the kind of the preset keeps its other options, another one starts anew', async () => {
    const same = await resolved({ model: { bottleneck: { use: 'spatial', channels: 8 } } });
    expect(same.model.bottleneck.options).toMatchObject({ channels: 8, hidden: 96, expand: 'dense' });
    const other = await resolved({ model: { bottleneck: 'dense' } });
    expect(other.model.bottleneck).toMatchObject({ use: 'dense', options: { units: 256 } });
    expect(other.model.bottleneck.options).not.toHaveProperty('hidden');
  });

  test('every preset resolves', async () => {
    for (const preset of Object.keys(presets)) {
      const config = await resolved({ preset });
      expect(config, preset).toMatchObject({ preset, size: presets[preset]!.size });
    }
  });

  test("a loss that a preset names and nobody brings is said to be the preset's", async () => {
    const registry = createRegistry([{ plugin: builtin, version: null, from: null }]);
    const slot = {
      path: ['losses', 'adversarial'],
      kind: 'losses',
      part: { use: 'adversarial', options: {} },
    } as const;
    expect(missingPart(slot, registry, '/project', 'wide').hint).toBe(
      'The preset "wide" needs it. Install it: npm i @fsae/loss-adversarial',
    );
    expect(missingPart(slot, registry, '/project').hint).toBe('Install it: npm i @fsae/loss-adversarial');
  });

  test('small-real, article-512 and original have the values they are documented with', async () => {
    const real = await resolved({ preset: 'small-real' });
    expect([real.losses['latent-statistics']?.weight, real.data.warp, real.data.flip]).toEqual([15, 2, 0.5]);
    expect(real.train.optimizer.learningRate).toBe(3e-3);
    const article = await resolved({ preset: 'article-512' });
    expect(article.model.bottleneck.options).toMatchObject({ channels: 1024, variational: true, expand: 'transposed' });
    expect(article.losses['latent-statistics']?.options['per']).toBe('channel');
    const { train, data } = await resolved({ preset: 'original' });
    expect([train.batchSize, train.optimizer.learningRate, train.optimizer.epsilon]).toEqual([16, 5e-5, 1e-7]);
    expect(data.warpRecipe).toBe('grid');
  });
});

describe('names', () => {
  test('a folder is a string; the key of a loss is its kind unless `use` says otherwise', async () => {
    const config = await resolved({
      identities: { ada: 'faces/ada', ben: '/abs/ben' },
      losses: { l1: 1, sharp: { use: 'mse', weight: { from: 1, to: 0, steps: 10 } }, kl: { atMost: 5, of: 'rate' } },
    });
    expect(config.identities['ada']).toMatchObject({ use: 'folder', options: { path: 'faces/ada' } });
    expect(config.losses['sharp']).toMatchObject({ use: 'mse', weight: { from: 1, to: 0, steps: 10 } });
    expect(config.losses['kl']).toMatchObject({ use: 'kl', weight: { atMost: 5, of: 'rate' }, options: {} });
  });

  test('options that look like a weight are options as soon as one key says so', async () => {
    const options = v.strictObject({ from: v.number(), to: v.number(), steps: v.number() });
    const plugins = [pluginWith(options)];
    const { losses } = await resolved({ plugins, losses: { odd: { weight: 1, from: 1, to: 2, steps: 3 } } });
    expect(losses['odd']).toEqual({ use: 'odd', weight: 1, options: { from: 1, to: 2, steps: 3 } });
  });

  test('a backend by name, with threads where it has them', async () => {
    expect((await resolved({ backend: { use: 'wasm', threads: 2 } })).backend).toEqual({ use: 'wasm', threads: 2 });
    expect((await resolved({ backend: 'auto' })).backend).toEqual({ use: 'auto', threads: null });
  });
});

describe('the resolved config', () => {
  test('survives JSON', async () => {
    const config = await resolved({
      identities: { ada: 'a', ben: { use: 'folder', path: 'b' } },
      preset: 'article-256',
    });
    expect(JSON.parse(JSON.stringify(config))).toEqual(config);
  });

  test('is frozen to the last leaf', async () => {
    const config = await resolved({});
    const thaw = (value: unknown, path: string): string[] =>
      typeof value !== 'object' || value === null
        ? []
        : [
            ...(Object.isFrozen(value) ? [] : [path]),
            ...Object.entries(value).flatMap(([key, entry]) => thaw(entry, `${path}.${key}`)),
          ];
    expect(thaw(config, 'config')).toEqual([]);
  });

  test('shares nothing with what was written', async () => {
    const written = {
      identities: structuredClone(identities),
      ...quiet,
      train: { optimizer: { betas: [0.5, 0.9] as const } },
    };
    const before = JSON.stringify(written);
    const { config } = await resolveConfig(written, where);
    expect(config.train.optimizer.betas).not.toBe(written.train.optimizer.betas);
    expect(JSON.stringify(written)).toBe(before);
    expect(Object.isFrozen(written.train)).toBe(false);
  });

  test('undefined means left out', async () => {
    const given = { identities, ...quiet, name: undefined, train: { steps: undefined } } as unknown as Config;
    expect((await resolveConfig(given, where)).config).toMatchObject({ name: 'default', train: { steps: 3300 } });
  });

  test('holds what an asynchronous schema of any library gives back', async () => {
    const options = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: async (value: unknown) => ({ value: { ...(value as object), added: [1, { deep: null }] } }),
      },
    } as const;
    const { losses } = await resolved({ plugins: [pluginWith(options)], losses: { odd: { given: true } } });
    expect(losses['odd']?.options).toEqual({ given: true, added: [1, { deep: null }] });
  });
});

describe('mistakes', () => {
  test('are all reported in one error, with path, expected, received, file and what was meant', async () => {
    const error = await errorOf({
      identities,
      trian: {},
      steps: 5,
      preset: 'smal',
      size: '64',
      model: { encoder: 'cnov', bottleneck: { use: 'spatial', chanels: 3 } },
      losses: { l1: -1, 'latent-statistics': { wieght: 1, per: 'cel', momentum: 2 }, arcfase: 1, 'a/b': 1 },
      train: { batchsize: 4, steps: 1.5, optimizer: { use: 'adam', weightDecay: 0.1 }, clip: 0 },
      data: { flip: 2, affine: { rotate: 'much' } },
    });
    expect(error.code).toBe('FSAE_CONFIG_INVALID');
    const lines = error.message.split('\n');
    expect(lines[0]).toBe('/project/fsae.config.ts has 18 mistakes:');
    for (const line of [
      'preset: expected one of "small", "small-real", "structure", "wide", "article-256", "article-512", "original", received "smal". Did you mean "small"?',
      'size: expected a whole number from 8 to 2048, received "64".',
      'losses.l1: expected a weight (a number from 0, { from, to, steps } or { atMost }), received -1.',
      'train.steps: expected a whole number of at least 1, received 1.5.',
      'train.batchsize: unknown key. Did you mean "batchSize"?',
      'train.optimizer: expected use: "adamw" beside a weightDecay, received an object with use, weightDecay.',
      'train.clip: expected a number above 0, received 0.',
      'data.flip: expected a number from 0 to 1, received 2.',
      'data.affine.rotate: expected a number from 0 to 180, received "much".',
      'trian: unknown key. Did you mean "train"?',
      'steps: unknown key. Did you mean "train.steps"?',
      'model.bottleneck.chanels: unknown key. Did you mean "channels"?',
      'model.encoder: there is no encoder "cnov". Did you mean "conv"?',
      'losses.latent-statistics.wieght: unknown key. Did you mean "weight"?',
      'losses.latent-statistics.per: expected ("channel" | "cell"), received "cel". Did you mean "cell"?',
      'losses.latent-statistics.momentum: expected <=1, received 2.',
      'losses.arcfase: there is no loss "arcfase". Did you mean "arcface"? Install it: npm i @fsae/loss-arcface',
    ]) {
      expect(lines).toContainEqual(expect.stringContaining(`    ${line}`));
    }
    expect(error.message).toContain('losses.a/b: expected a name of at most 64 letters');
  });

  test.each<[string, unknown, string]>([
    ['no object at all', 7, 'config: expected an object, received 7.'],
    [
      'no identities',
      {},
      'identities: expected an object: a name and a folder (or a dataset) for each person, received nothing.',
    ],
    [
      'one identity',
      { identities: { ada: 'a' } },
      'identities: expected two or more people, received an object with ada.',
    ],
    [
      'an identity that is a number',
      { identities: { ada: 1, ben: 'b' } },
      'identities.ada: expected the path of a folder',
    ],
    [
      'an identity without use',
      { identities: { ada: { path: 'a' }, ben: 'b' } },
      'identities.ada.use: expected the name of a dataset',
    ],
    ['a name that is no file name', { identities: { 'a/b': 'a', ben: 'b' } }, 'identities.a/b: expected a name'],
    ['a name that leaves the folder', { identities, name: '../x' }, 'name: expected a name of at most 64'],
    [
      '__proto__ as a name',
      JSON.parse('{"identities":{"__proto__":"a","ben":"b","ada":"c"}}'),
      'identities.__proto__: expected a name',
    ],
    ['no loss', { identities, losses: {} }, 'losses: expected at least one loss with a weight above 0.'],
    ['losses that all weigh 0', { identities, losses: { l1: 0 } }, 'losses: expected at least one loss'],
    [
      'a schedule without steps',
      { identities, losses: { l1: { weight: { from: 0, to: 1 } } } },
      'losses.l1.weight.steps: expected a whole number of at least 1, received nothing.',
    ],
    [
      'a constraint of a wrong key',
      { identities, losses: { l1: { weight: { atMost: 1, off: 'x' } } } },
      'losses.l1.weight.off: unknown key. Did you mean "of"?',
    ],
    [
      'a plugin that is a number',
      { identities, plugins: [5] },
      'plugins.0: expected a package name, a path or a plugin object, received 5.',
    ],
    ['NaN', { identities, data: { warp: Number.NaN } }, 'data.warp: expected a number of at least 0, received NaN.'],
    [
      'a seed that is negative',
      { identities, train: { seed: -1 } },
      'train.seed: expected a whole number from 0 to 4294967295, received -1.',
    ],
    ['betas of one number', { identities, train: { optimizer: { betas: [0.9] } } }, 'train.optimizer.betas'],
    [
      'threads of 0',
      { identities, backend: { use: 'wasm', threads: 0 } },
      'backend.threads: expected a whole number from 1 to 1024, received 0.',
    ],
  ])('%s', async (_name, config, says) => {
    const error = await errorOf(config);
    expect(error.code).toBe('FSAE_CONFIG_INVALID');
    expect(error.message).toContain(says);
  });

  test('two identities whose names differ in case or Unicode form only', async () => {
    for (const twin of ['Ada', 'ADA', '\uff41da']) {
      const error = await errorOf({ identities: { ada: 'a', ben: 'b', [twin]: 'c' } });
      expect(error.code).toBe('FSAE_CONFIG_IDENTITY_TWICE');
      expect(error.message).toContain(`"ada" and "${twin}"`);
    }
  });

  test.each<[string, unknown, string]>([
    ['a function', () => 1, 'the function held'],
    ['infinity', Number.POSITIVE_INFINITY, 'Infinity'],
    ['a date', new Date(0), 'a Date'],
    ['a typed array', new Float32Array(2), 'a Float32Array'],
    ['a bigint', 1n, '1'],
  ])('an option that JSON cannot hold: %s', async (_name, held, received) => {
    if (typeof held === 'function') Object.defineProperty(held, 'name', { value: 'held' });
    const plugins = [pluginWith(v.looseObject({}))];
    const error = await errorOf({ identities, ...quiet, plugins, losses: { odd: { deep: { list: [1, held] } } } });
    expect(error.code).toBe('FSAE_CONFIG_INVALID');
    expect(error.message).toContain(
      `losses.odd.deep.list.1: expected a value that JSON can hold, received ${received}.`,
    );
  });

  test('an option that holds itself, as YAML can', async () => {
    const root = project({
      '.fsaerc': 'identities: { ada: a, ben: b }\nlosses: { odd: { ring: &ring [1, *ring] } }\n',
    });
    const { config } = await loadConfig({ cwd: root });
    const error = await errorOf({ ...config, ...quiet, plugins: [pluginWith(v.looseObject({}))] });
    expect(error.message).toMatch(
      /losses\.odd\.ring[.1]+: expected a value that JSON can hold, received a list of 2\./,
    );
  });

  test('a schema of another library speaks in its own words', async () => {
    const options = {
      '~standard': {
        version: 1,
        vendor: 'other',
        validate: () => ({ issues: [{ message: 'margin must be a number', path: ['margin'] }] }),
      },
    } as const;
    const error = await errorOf({
      identities,
      ...quiet,
      plugins: [pluginWith(options)],
      losses: { odd: { margin: 'x' } },
    });
    expect(error.message).toContain('losses.odd.margin: margin must be a number, received "x".');
  });

  test('a config from a file names the file', async () => {
    const root = project({ 'fsae.config.yaml': 'identities: { ada: a, ben: b }\nlosses: { l1: much }\n' });
    const { config, ...loaded } = await loadConfig({ cwd: root });
    await expect(resolveConfig(config, loaded)).rejects.toThrow(`${root}/fsae.config.yaml has a mistake:`);
    await expect(resolveConfig(config, { file: null, root })).rejects.toThrow(
      'The config given in code has a mistake:',
    );
  });
});
