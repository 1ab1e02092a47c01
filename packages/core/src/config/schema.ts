import type { StandardSchemaV1 } from '@standard-schema/spec';
import * as v from 'valibot';
import type { ConfigIssue } from '../errors/config.js';
import { toConfigIssues } from './issues.js';
import { presets } from './presets.js';
import { parseRequirements } from './requirements.js';
import { choice, either, isWithin, real, safeName, section, text, whole } from './values.js';

function part(kind: string, plain = `the name of ${kind}`) {
  const what = `${plain}, or an object with \`use\` and its options`;
  return either(text(what), v.looseObject({ use: text(`the name of ${kind}`) }, what));
}

const WEIGHT = 'a weight (a number from 0, { from, to, steps } or { atMost })';
const plainWeight = v.pipe(
  v.number(WEIGHT),
  v.check((value) => isWithin(value, { min: 0 }), WEIGHT),
);
const schedule = section({ from: real({ min: 0 }), to: real({ min: 0 }), steps: whole({ min: 1 }) });
const constraint = section({
  atMost: real(),
  of: v.optional(text('the name of a scalar that the loss logs')),
  rate: v.optional(real({ above: 0 })),
  max: v.optional(real({ above: 0 })),
});
const weight = v.lazy((input): v.GenericSchema => {
  if (typeof input !== 'object' || input === null) return plainWeight;
  return 'atMost' in input ? constraint : schedule;
});

/** A bare weight has a weight's keys and none beside them; every other object is a loss with its options. */
export function isBareWeight(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  const keys = Object.keys(value);
  if (keys.includes('atMost')) return keys.every((key) => ['atMost', 'of', 'rate', 'max'].includes(key));
  return keys.length === 3 && ['from', 'to', 'steps'].every((key) => keys.includes(key));
}

const lossOptions = v.looseObject(
  { weight: v.optional(weight), use: v.optional(text('the name of a loss')) },
  `${WEIGHT}, or an object with the loss's options`,
);
const loss = v.lazy((input): v.GenericSchema => (isBareWeight(input) ? weight : lossOptions));

const identities = v.pipe(
  v.record(
    safeName,
    part('a dataset', 'the path of a folder'),
    'an object: a name and a folder (or a dataset) for each person',
  ),
  v.check((people) => Object.keys(people).length >= 2, 'two or more people'),
);

const betas = 'a list of two numbers from 0 to below 1';
const beta = v.pipe(
  v.number(betas),
  v.check((value) => isWithin(value, { min: 0, below: 1 }), betas),
);

const optimizer = v.pipe(
  section({
    use: v.optional(choice('adam', 'adamw')),
    learningRate: v.optional(real({ above: 0 })),
    betas: v.optional(v.strictTuple([beta, beta], betas)),
    epsilon: v.optional(real({ above: 0 })),
    weightDecay: v.optional(real({ min: 0 })),
  }),
  v.check(({ use, weightDecay = 0 }) => use === 'adamw' || weightDecay === 0, 'use: "adamw" beside a weightDecay'),
);

const METRIC = 'an object with options of the metric, or false';
const REQUIREMENT = "conditions on metrics such as 'swap.truth.psnr > 22, identityBits < 1'";

/** Shape of a Config; the options of parts are left to the schemas of their definitions. */
export const configSchema = section({
  name: v.optional(safeName),
  identities,
  preset: v.optional(choice(...Object.keys(presets))),
  size: v.optional(whole({ min: 8, max: 2048 })),
  model: v.optional(
    section({
      encoder: v.optional(part('an encoder')),
      bottleneck: v.optional(part('a bottleneck')),
      decoder: v.optional(part('a decoder')),
    }),
  ),
  losses: v.optional(v.record(safeName, loss, 'an object: a weight or options for each loss')),
  data: v.optional(
    section({
      heldOut: v.optional(real({ min: 0, below: 1 })),
      warp: v.optional(real({ min: 0 })),
      warpRecipe: v.optional(choice('similarity', 'grid', 'cells')),
      affine: v.optional(
        section({
          rotate: v.optional(real({ min: 0, max: 180 })),
          scale: v.optional(real({ min: 0, below: 1 })),
          shift: v.optional(real({ min: 0, max: 1 })),
        }),
      ),
      flip: v.optional(real({ min: 0, max: 1 })),
      colour: v.optional(real({ min: 0 })),
    }),
  ),
  train: v.optional(
    section({
      use: v.optional(text('the name of a trainer')),
      steps: v.optional(whole({ min: 1 })),
      batchSize: v.optional(whole({ min: 1 })),
      optimizer: v.optional(optimizer),
      schedule: v.optional(
        section({
          warmup: v.optional(whole({ min: 0 })),
          decay: v.optional(choice('constant', 'cosine')),
          final: v.optional(real({ min: 0, max: 1 })),
        }),
      ),
      clip: v.optional(v.nullable(real({ above: 0 }))),
      average: v.optional(real({ min: 0, below: 1 })),
      seed: v.optional(whole({ min: 0, max: 2 ** 32 - 1 })),
      nonFinitePatience: v.optional(whole({ min: 1 })),
    }),
  ),
  checkpoint: v.optional(section({ every: v.optional(whole({ min: 1 })), keep: v.optional(whole({ min: 1 })) })),
  preview: v.optional(section({ every: v.optional(whole({ min: 0 })), rows: v.optional(whole({ min: 1, max: 64 })) })),
  evaluate: v.optional(
    v.pipe(
      section({
        metrics: v.optional(
          v.record(
            safeName,
            either(v.literal(false, METRIC), v.looseObject({}, METRIC)),
            'an object: options for each metric',
          ),
        ),
        learnFrom: v.optional(whole({ min: 2 })),
        atMost: v.optional(whole({ min: 2 })),
        every: v.optional(whole({ min: 0 })),
        faces: v.optional(whole({ min: 2 })),
        live: v.optional(v.array(text('the name of a metric'), 'a list of metrics')),
        stopWhen: v.optional(
          v.pipe(
            text(REQUIREMENT),
            v.check((value) => parseRequirements(value) !== undefined, REQUIREMENT),
          ),
        ),
      }),
      v.check(({ every = 0, stopWhen }) => stopWhen === undefined || every > 0, 'stopWhen beside `every` above 0'),
    ),
  ),
  backend: v.optional(
    either(
      text('"auto", the name of a backend, or an object with `use` and `threads`'),
      section({ use: text('"auto" or the name of a backend'), threads: v.optional(whole({ min: 1, max: 1024 })) }),
    ),
  ),
  requireConsent: v.optional(v.boolean('true or false')),
  plugins: v.optional(
    v.array(
      either(text('a package name, a path or a plugin object'), v.looseObject({})),
      'a list of package names, paths or plugin objects',
    ),
  ),
  output: v.optional(text('the path of a folder')),
});

/** Every mistake in the shape of a config; none means that it is a Config. Options of parts are their own schema's business. */
export function checkShape(config: unknown): ConfigIssue[] {
  const { issues = [] } = v.safeParse(configSchema, config);
  return [
    ...reservedNames(config),
    ...issues.flatMap((issue) => toConfigIssues(issue as StandardSchemaV1.Issue, config, configSchema)),
  ];
}

/** valibot leaves these keys of a record out without a word. */
const RESERVED = ['__proto__', 'prototype', 'constructor'];

function reservedNames(config: unknown): ConfigIssue[] {
  return ['identities', 'losses'].flatMap((section) => {
    const names: unknown = (config as Readonly<Record<string, unknown>> | null | undefined)?.[section];
    if (typeof names !== 'object' || names === null) return [];
    return RESERVED.filter((name) => Object.hasOwn(names, name)).map((name) => ({
      path: [section, name],
      problem: 'expected a name that JavaScript does not reserve',
      received: JSON.stringify(name),
    }));
  });
}
