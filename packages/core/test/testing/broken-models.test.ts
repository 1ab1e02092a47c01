import * as tf from '@tensorflow/tfjs';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import type { Bottleneck, Decoder, Encoder, EncoderContext, Initial } from '../../src/contracts/index.js';
import { defineBottleneck, defineDecoder, defineEncoder } from '../../src/plugins/define.js';
import {
  bottleneckConformance,
  type ConformanceCase,
  decoderConformance,
  encoderConformance,
} from '../../src/testing/index.js';

await tf.setBackend('cpu');

// Every case of the kit is failed by a part that breaks the promise it stands for.

const SIZE = 8;
const schema = v.strictObject({});
const normal: Initial = { use: 'normal', standardDeviation: 0.5 };
type Kernel = tf.Tensor4D;

/** One 1x1 convolution from three channels to four. */
function encoder({ image, variable }: EncoderContext) {
  const kernel = variable('conv/kernel', [1, 1, 3, 4], normal);
  return {
    weights: { 'conv/kernel': kernel },
    layers: [{ name: 'conv', output: [...image.slice(0, 2), 4], parameters: 12, macs: SIZE * SIZE * 12 }],
    outputShape: [image[0], image[1], 4],
    encode: (images, _pass) => tf.conv2d(images, kernel as unknown as Kernel, 1, 'same'),
  } satisfies Encoder;
}

const broken = (change: (good: ReturnType<typeof encoder>, context: EncoderContext) => Partial<Encoder>) => {
  const definition = defineEncoder({
    options: schema,
    create: (_options, context): Encoder => {
      const good = encoder(context);
      return { ...good, ...change(good, context) };
    },
  });
  return encoderConformance('broken', definition, { size: SIZE });
};
const features = [SIZE, SIZE, 4] as const;
const bottleneck = (part: Bottleneck) =>
  bottleneckConformance('broken', defineBottleneck({ options: schema, create: () => part }), { features });
const decoder = (part: Decoder, mask = false) =>
  decoderConformance('broken', defineDecoder({ options: schema, create: () => part }), { size: SIZE, features, mask });

interface Breakage {
  readonly what: string;
  readonly cases: readonly ConformanceCase[];
  readonly fails: string;
  readonly says: RegExp;
}

const breakages: Breakage[] = [
  {
    what: 'another shape than promised',
    cases: broken(() => ({ outputShape: [SIZE, SIZE, 5] })),
    fails: 'gives the promised shapes for a batch of 1',
    says: /features of shape 1x8x8x5.*1x8x8x4/,
  },
  {
    what: 'a batch that is fixed to 1',
    cases: broken((good) => ({ encode: (images, pass) => tf.slice(good.encode(images, pass), [0], [1]) })),
    fails: 'gives the promised shapes for a batch of 2',
    says: /features of shape 2x8x8x4.*1x8x8x4/,
  },
  {
    what: 'a division by the variance of a batch that may be one',
    cases: broken((good) => ({
      encode: (images, pass) => {
        const x = good.encode(images, pass);
        return tf.div(x, tf.moments(x, [0]).variance);
      },
    })),
    fails: 'gives the promised shapes for a batch of 1',
    says: /finite values of features/,
  },
  {
    what: 'an output that is not finite from the fifth sample on',
    cases: broken((good) => ({
      encode: (images, pass) => tf.div(good.encode(images, pass), images.shape[0] < 5 ? 1 : 0),
    })),
    fails: 'gives the promised shapes for a batch of 5',
    says: /finite values of features/,
  },
  {
    what: 'a variational bottleneck without a posterior',
    cases: bottleneck({
      latentShape: features,
      outputShape: features,
      variational: true,
      compress: (x) => ({ z: tf.clone(x) }),
      expand: (z) => tf.clone(z),
    }),
    fails: 'gives the promised shapes for a batch of 1',
    says: /the outputs expanded, logVariance, mean, z/,
  },
  {
    what: 'a picture outside 0..1',
    cases: decoder({ decode: (x) => ({ image: tf.mul(tf.slice(x, [0, 0, 0, 0], [-1, -1, -1, 3]), 2) }) }),
    fails: 'gives the promised shapes for a batch of 1',
    says: /finite values of image in 0\.\.1.*1\./,
  },
  {
    what: 'a mask that is promised and not drawn',
    cases: decoder({ decode: (x) => ({ image: tf.slice(x, [0, 0, 0, 0], [-1, -1, -1, 3]) }) }, true),
    fails: 'gives the promised shapes for a batch of 1',
    says: /the outputs image, mask/,
  },
  {
    what: 'a weight that is not used',
    cases: broken((good, { variable }) => ({
      weights: { ...good.weights, spare: variable('spare', [2], { use: 'constant', value: 1 }) },
    })),
    fails: 'the gradient reaches every trainable weight',
    says: /a finite gradient in spare.*none/,
  },
  {
    what: 'a ReLU that is dead from the start',
    cases: broken((good) => ({ encode: (images, pass) => tf.relu(tf.sub(good.encode(images, pass), 100)) })),
    fails: 'the gradient reaches every trainable weight',
    says: /a gradient in conv\/kernel.*zero everywhere/,
  },
  {
    what: 'randomness of its own',
    cases: broken((good) => ({ encode: (images, pass) => tf.mul(good.encode(images, pass), Math.random()) })),
    fails: 'gives the same output for the same seed',
    says: /equal outputs/,
  },
  {
    what: 'statistics of the batch at inference',
    cases: broken((good) => ({
      encode: (images, pass) => {
        const x = good.encode(images, pass);
        return tf.sub(x, tf.mean(x, [0], true)) as tf.Tensor4D;
      },
    })),
    fails: 'when it does not train, a sample does not depend on the rest of the batch',
    says: /the output of the sample alone/,
  },
  {
    what: 'paths with a number that counts up',
    cases: broken((good) => ({
      weights: { [`conv-${(instances++).toString()}`]: good.weights['conv/kernel'] },
    })),
    fails: 'names its weights by the same paths every time',
    says: /weights conv-/,
  },
  {
    what: 'a path that is no path',
    cases: broken((good) => ({ weights: { '/conv 1': good.weights['conv/kernel'] } })),
    fails: 'names its weights by the same paths every time',
    says: /a path like conv1\/kernel/,
  },
  {
    what: 'layers that hide parameters',
    cases: broken(() => ({ layers: [{ name: 'conv', output: features, parameters: 3, macs: 1 }] })),
    fails: 'describes layers whose parameters are its weights',
    says: /12 parameters in its layers.*3/,
  },
  {
    what: 'a kept tensor',
    cases: broken((good) => ({ encode: (images, pass) => tf.keep(tf.clone(tf.keep(good.encode(images, pass)))) })),
    fails: 'leaves no tensors behind in 50 steps, reads nothing while it computes',
    says: /tensors after 50 steps/,
  },
  {
    what: 'a synchronous read',
    cases: broken((good) => ({
      encode: (images, pass) => {
        const x = good.encode(images, pass);
        return tf.div(x, x.dataSync().length);
      },
    })),
    fails: 'leaves no tensors behind in 50 steps, reads nothing while it computes',
    says: /no synchronous read/,
  },
  {
    what: 'a constant that outlives it',
    cases: broken((good, { image }) => {
      const grid = tf.ones([1, image[0], image[1], 1]);
      return { encode: (images, pass) => tf.mul(good.encode(images, pass), grid) };
    }),
    fails: 'frees all but its weights when it is disposed',
    says: /no tensors left after dispose.*1/,
  },
  {
    what: 'weights that it disposes itself',
    cases: broken(({ weights }) => ({ dispose: () => tf.dispose({ ...weights }) })),
    fails: 'frees all but its weights when it is disposed',
    says: /leave the weight .* to the run/,
  },
  {
    what: 'a schema that takes every option',
    cases: encoderConformance(
      'broken',
      defineEncoder({ options: v.object({}), create: (_options, context): Encoder => encoder(context) }),
    ),
    fails: 'refuses unknown options',
    says: /an issue for the unknown option/,
  },
];

let instances = 0;

for (const { what, cases, fails, says } of breakages) {
  test(`${what} fails: ${fails}`, async () => {
    const found = cases.find(({ name }) => name === `broken: ${fails}`);
    expect(found, cases.map(({ name }) => name).join('\n')).toBeDefined();
    await expect(found!.run()).rejects.toThrow(says);
  });
}

test('no case of the kit is without a part that fails it', () => {
  // Those of the options schema are failed in broken-losses.test.ts: they are the same for every kind.
  const own = broken(() => ({})).map(({ name }) => name.replace('broken: ', ''));
  const failed = new Set(breakages.map(({ fails }) => fails));
  const missing = own.filter((name) => !failed.has(name));
  expect(missing).toEqual(['{} gives valid defaults', 'options survive JSON']);
});

describe('an encoder that keeps its promises', () => {
  for (const { name, run } of broken(() => ({}))) test(name.replace('broken', 'good'), run);
});
