import type { Config, LossOptions, ResolvedConfig } from '@fsae/core';
import { defineConfig } from '@fsae/core';
import type { InferInput } from 'valibot';
import { describe, expectTypeOf, test } from 'vitest';
import type { configSchema } from '../../src/config/schema.js';

// As a loss package does it; checked by `tsc -b`.
declare module '@fsae/core' {
  interface LossOptions {
    'merged-in-a-test': { readonly margin: number; readonly objective: 'uniform' | 'reversal' };
  }
}

const identities = { ada: 'faces/ada', ben: { use: 'avatars', person: 1 } };

describe('defineConfig', () => {
  test('takes an object or a function, and gives it back as it is', () => {
    const config = defineConfig({ identities });
    expectTypeOf(config).toExtend<Config | (() => Config | Promise<Config>)>();
    defineConfig(() => ({ identities }));
    defineConfig(async () => ({ identities, preset: 'small' }));
  });

  test('knows its keys and their types', () => {
    // @ts-expect-error: identities are the one thing without a default
    defineConfig({});
    // @ts-expect-error: no such key
    defineConfig({ identities, trian: {} });
    // @ts-expect-error: a number
    defineConfig({ identities, train: { steps: 'many' } });
    // @ts-expect-error: an object names its dataset
    defineConfig({ identities: { ada: { person: 1 }, ben: 'b' } });
    defineConfig({ identities, model: { encoder: 'conv', bottleneck: { use: 'spatial', channels: 64 } } });
  });
});

describe('losses', () => {
  test("are typed by LossOptions, to which core's own and plugins add", () => {
    expectTypeOf<LossOptions>().toHaveProperty('latent-statistics');
    expectTypeOf<LossOptions['merged-in-a-test']>().toEqualTypeOf<{
      readonly margin: number;
      readonly objective: 'uniform' | 'reversal';
    }>();
    defineConfig({ identities, losses: { 'merged-in-a-test': { weight: 0.1, margin: 1 } } });
    defineConfig({ identities, losses: { 'latent-statistics': { weight: 5, per: 'cell' } } });
    defineConfig({ identities, losses: { 'merged-in-a-test': { objective: 'uniform', use: 'other' } } });
  });

  test('take a weight as a number, a schedule or a constraint', () => {
    defineConfig({ identities, losses: { l1: 1, mse: { from: 0, to: 1, steps: 100 }, kl: { atMost: 3, of: 'rate' } } });
    defineConfig({ identities, losses: { l1: { weight: { atMost: 0.1 } } } });
    // @ts-expect-error: a weight is no text
    defineConfig({ identities, losses: { l1: '1' } });
  });

  test('refuse an option of a wrong type', () => {
    // @ts-expect-error: a number
    defineConfig({ identities, losses: { 'merged-in-a-test': { margin: 'wide' } } });
    // @ts-expect-error: one of two
    defineConfig({ identities, losses: { 'merged-in-a-test': { objective: 'toward' } } });
  });

  test('of a package that is not known to the types may have any options', () => {
    defineConfig({ identities, losses: { unknown: { weight: 1, anything: ['goes'] } } });
  });
});

test('a resolved config has no optional keys', () => {
  type Optional<T> = { [K in keyof T]-?: undefined extends T[K] ? K : never }[keyof T];
  expectTypeOf<Optional<ResolvedConfig>>().toBeNever();
  expectTypeOf<Optional<ResolvedConfig['train']>>().toBeNever();
  expectTypeOf<Optional<ResolvedConfig['data']>>().toBeNever();
});

test('the schema knows the keys of the types', () => {
  type Input = InferInput<typeof configSchema>;
  expectTypeOf<keyof Input>().toEqualTypeOf<keyof Config>();
  expectTypeOf<keyof NonNullable<Input['train']>>().toEqualTypeOf<keyof NonNullable<Config['train']>>();
  expectTypeOf<keyof NonNullable<Input['data']>>().toEqualTypeOf<keyof NonNullable<Config['data']>>();
  expectTypeOf<keyof NonNullable<Input['checkpoint']>>().toEqualTypeOf<keyof NonNullable<Config['checkpoint']>>();
  expectTypeOf<keyof NonNullable<Input['preview']>>().toEqualTypeOf<keyof NonNullable<Config['preview']>>();
  expectTypeOf<NonNullable<Input['size']>>().toEqualTypeOf<NonNullable<Config['size']>>();
});
