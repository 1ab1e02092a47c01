import * as tf from '@tensorflow/tfjs';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import type { Adversary, Loss, LossContext, TrainingStep } from '../../src/contracts/index.js';
import { defineLoss } from '../../src/plugins/define.js';
import { type LossConformance, lossConformance } from '../../src/testing/index.js';
import { classifier } from './classifier.js';

await tf.setBackend('cpu');

// Every case of the kit is failed by a plugin that breaks the promise it stands for, and by no other means.

type Picture = (step: TrainingStep, identity: string) => tf.Tensor;

const error: Picture = (step, identity) => tf.sub(step.reconstruction(identity).image, step.target(identity));
const square: Picture = (step, identity) => tf.square(error(step, identity));
const mean = (step: TrainingStep, picture: Picture): tf.Scalar =>
  tf.mean(tf.stack(step.identities.map((identity) => tf.mean(picture(step, identity)))));

const loss = (create: (context: LossContext) => Loss, options: v.GenericSchema = v.strictObject({})) =>
  defineLoss({ options, create: (_options, context) => create(context) });
/** A loss without anything but its value. */
const valued = (value: (step: TrainingStep) => tf.Scalar) =>
  loss(() => ({ compute: (step) => ({ value: value(step) }) }));
const masked = (value: (step: TrainingStep) => tf.Scalar) =>
  loss(() => ({ needs: ['mask'], compute: (step) => ({ value: value(step) }) }));
const scaled = (factor: number) =>
  tf.customGrad((x) => ({
    value: tf.clone(x as tf.Tensor),
    gradFunc: (dy) => tf.mul(dy as tf.Tensor, factor),
  }));
const adversarial = (broken: (good: Adversary, context: LossContext) => Partial<Adversary>) =>
  loss((context) => {
    const adversary = classifier(context);
    return {
      compute: (step) => ({ value: mean(step, (_, identity) => tf.square(step.latent(identity).z)) }),
      adversary: { ...adversary, ...broken(adversary, context) },
    };
  });

const EVERYTHING: LossConformance = {
  zeroWhen: 'reconstruction-equals-target',
  masked: {},
  adversary: true,
  steps: 5,
};
const LATENT: LossConformance = { reaches: 'latent', adversary: true };

interface Breakage {
  readonly what: string;
  readonly definition: ReturnType<typeof loss>;
  readonly conformance?: LossConformance;
  /** Names of the cases that must fail, and what they must say. */
  readonly fails: Readonly<Record<string, RegExp>>;
}

const breakages: Breakage[] = [
  {
    what: 'a schema that takes every option',
    definition: loss(() => ({ compute: (step) => ({ value: mean(step, square) }) }), v.object({})),
    fails: { 'refuses unknown options': /an issue for the unknown option/ },
  },
  {
    what: 'an option without a default',
    definition: loss(
      () => ({ compute: (step) => ({ value: mean(step, square) }) }),
      v.strictObject({ margin: v.number() }),
    ),
    fails: { '{} gives valid defaults': /margin: Invalid key: Expected "margin"/ },
  },
  {
    what: 'defaults where options are said to be required',
    definition: valued((step) => mean(step, square)),
    conformance: { required: true },
    fails: { 'says which options are required': /an issue for {}/ },
  },
  {
    what: 'options that JSON does not hold',
    definition: loss(
      () => ({ compute: (step) => ({ value: mean(step, square) }) }),
      v.strictObject({ limit: v.optional(v.number(), Number.POSITIVE_INFINITY) }),
    ),
    fails: { 'options survive JSON': /after a JSON round trip/ },
  },
  {
    what: 'options that change when validated again',
    definition: loss(
      () => ({ compute: (step) => ({ value: mean(step, square) }) }),
      v.strictObject({
        degrees: v.optional(
          v.pipe(
            v.number(),
            v.transform((degrees) => degrees / 2),
          ),
          90,
        ),
      }),
    ),
    fails: { 'options survive JSON': /when validated again/ },
  },
  {
    what: 'an unbiased variance, which one face does not have',
    definition: valued((step) =>
      mean(step, (_, identity) => {
        const { image } = step.reconstruction(identity);
        return tf.div(tf.sum(tf.square(tf.sub(image, tf.mean(image, 0)))), tf.scalar(image.shape[0] - 1));
      }),
    ),
    fails: {
      'is a finite scalar for 2 identities and a batch of 1': /a finite value.*NaN/,
      'is a finite scalar for 3 identities and a batch of 1': /a finite value.*NaN/,
    },
  },
  {
    what: 'a value per face',
    definition: valued((step) => tf.mean(square(step, 'src'), [1, 2, 3]) as unknown as tf.Scalar),
    fails: {
      'is a finite scalar for 2 identities and a batch of 4': /float32 scalar as value.*\[4\]/,
      'is a finite scalar for 3 identities and a batch of 4': /float32 scalar as value.*\[4\]/,
    },
  },
  {
    what: 'a logged scalar that is not finite',
    definition: loss(() => ({
      compute: (step) => ({ value: mean(step, square), logged: { ratio: tf.div(1, tf.scalar(0)) } }),
    })),
    fails: { 'is a finite scalar for 2 identities and a batch of 4': /a finite ratio.*Infinity/ },
  },
  {
    what: 'a target where the reconstruction should be',
    definition: valued((step) => mean(step, (_, identity) => tf.square(step.target(identity)))),
    fails: { 'its gradient reaches the reconstruction and equals finite differences': /a gradient in one of.*none/ },
  },
  {
    what: 'an eye for the first identity only',
    definition: valued((step) => tf.mean(square(step, step.identities[0]!))),
    fails: {
      'its gradient reaches the reconstruction and equals finite differences':
        /in every reconstruction.*reconstruction\/dst/,
    },
  },
  {
    what: 'a gradient that is half as large as it should be',
    definition: valued((step) => scaled(0.5)(mean(step, square)) as tf.Scalar),
    fails: {
      'its gradient reaches the reconstruction and equals finite differences': /measured by finite differences/,
    },
  },
  {
    what: 'one channel in three without a gradient',
    definition: valued((step) =>
      mean(step, (at, identity) => {
        const [red, ...rest] = tf.split(square(at, identity), 3, 3) as [tf.Tensor, ...tf.Tensor[]];
        return tf.concat([scaled(0)(red), ...rest], 3);
      }),
    ),
    fails: {
      'its gradient reaches the reconstruction and equals finite differences': /measured by finite differences/,
    },
  },
  {
    what: 'a gradient that is NaN where there is no error',
    definition: valued((step) => mean(step, (at, identity) => tf.sqrt(square(at, identity)))),
    fails: { 'is 0 when reconstruction equals target, and the gradient there is finite': /a finite gradient.*NaN/ },
  },
  {
    what: 'a value that does not begin at 0',
    definition: valued((step) => tf.add(mean(step, square), 0.01)),
    fails: { 'is 0 when reconstruction equals target, and the gradient there is finite': /0 \+- 1e-5.*0\.0/ },
  },
  {
    what: 'a value that is 0 everywhere',
    definition: valued((step) => tf.mul(mean(step, square), 0)),
    fails: { 'is 0 when reconstruction equals target, and the gradient there is finite': /something else than 0/ },
  },
  ...(['across', 'down'] as const).map((direction): Breakage => {
    const axis = direction === 'across' ? 2 : 1;
    return {
      what: `blindness ${direction}: the mean of each ${axis === 2 ? 'row' : 'column'}`,
      definition: valued((step) => mean(step, (at, identity) => tf.square(tf.mean(error(at, identity), axis)))),
      fails: { [`sees what changes ${direction} a picture`]: /a change of more than/ },
    };
  }),
  {
    what: 'a weight that grows along the batch',
    definition: valued((step) =>
      mean(step, (at, identity) => {
        const faces = square(at, identity);
        return tf.mul(faces, tf.reshape(tf.range(0, faces.shape[0]), [-1, 1, 1, 1]));
      }),
    ),
    fails: { 'does not depend on the order of the batch': /the same value for a permuted batch/ },
  },
  {
    what: 'a mask that is not looked at',
    definition: masked((step) => mean(step, square)),
    fails: { 'with a mask, does not see what lies outside it': /whatever lies outside the mask/ },
  },
  {
    what: 'a mask that is not asked for',
    definition: valued((step) => mean(step, square)),
    fails: { 'with a mask, does not see what lies outside it': /needs: \['mask'\]/ },
  },
  {
    what: 'a mask whose area is not divided by',
    definition: masked((step) => mean(step, (at, identity) => tf.mul(square(at, identity), at.mask(identity)!))),
    fails: { 'with a mask, does not depend on its area': /under a small and a large mask/ },
  },
  {
    what: 'a division by an area that may be 0',
    definition: masked((step) =>
      mean(step, (at, identity) => {
        const mask = at.mask(identity)!;
        return tf.div(tf.sum(tf.mul(square(at, identity), mask)), tf.sum(mask));
      }),
    ),
    fails: { 'with a mask, is finite when it is empty': /a finite value.*NaN/ },
  },
  {
    what: 'a tensor kept in every step',
    definition: valued((step) => tf.keep(mean(step, square)) && tf.keep(tf.clone(mean(step, square)))),
    fails: { 'leaves no tensors behind in 5 steps': /tensors after 5 steps/ },
  },
  {
    what: 'a step whose tensors are disposed',
    definition: valued((step) => {
      const value = mean(step, square);
      step.target('src').dispose();
      return value;
    }),
    fails: { 'leaves no tensors behind in 5 steps': /the step's tensors as they were/ },
  },
  {
    what: 'a synchronous read',
    definition: valued((step) => {
      const value = mean(step, square);
      return (value.dataSync()[0] ?? 0) > 0 ? value : tf.neg(value);
    }),
    fails: { 'reads nothing while it computes': /no synchronous read/ },
  },
  {
    what: 'randomness of its own',
    definition: valued((step) => tf.mul(mean(step, square), 1 + Math.random())),
    fails: { 'gives the same value for the same seed and step': /a second time/ },
  },
  {
    what: 'a count of the steps in a closure',
    definition: loss(() => {
      let steps = 0;
      return { compute: (step) => ({ value: tf.mul(mean(step, square), ++steps) }) };
    }),
    fails: { 'continues from its saved weights as if it had not stopped': /after a restart/ },
  },
  {
    what: 'a variable that is not among its weights',
    definition: loss(({ variable }) => {
      const gain = variable('gain', [], { use: 'normal', standardDeviation: 1 });
      return {
        compute: (step) => ({ value: tf.mul(mean(step, square), gain) as tf.Scalar }),
        dispose: () => gain.dispose(),
      };
    }),
    fails: { 'continues from its saved weights as if it had not stopped': /after a restart/ },
  },
  {
    what: 'a constant that outlives it',
    definition: loss(() => {
      const one = tf.scalar(1);
      return { compute: (step) => ({ value: tf.mul(mean(step, square), one) }) };
    }),
    fails: { 'frees all but its weights when it is disposed': /no tensors left after dispose.*1/ },
  },
  {
    what: 'weights that it disposes itself',
    definition: loss(({ variable }) => {
      const gain = variable('gain', [], { use: 'constant', value: 1 });
      return {
        weights: { gain },
        compute: (step) => ({ value: tf.mul(mean(step, square), gain) as tf.Scalar }),
        dispose: () => gain.dispose(),
      };
    }),
    fails: { 'frees all but its weights when it is disposed': /leave the weight gain to the run.*it is disposed/ },
  },
  {
    what: 'an adversary that disposes its own weights',
    definition: adversarial(({ weights }) => ({ dispose: () => tf.dispose({ ...weights }) })),
    conformance: LATENT,
    fails: { 'frees all but its weights when it is disposed': /leave the weight kernel to the run/ },
  },
  {
    what: 'an adversary that the kit was not told about',
    definition: adversarial(() => ({})),
    conformance: { reaches: 'latent' },
    fails: { 'has no adversary': /adversary: false/ },
  },
  {
    what: 'no adversary where the kit was told of one',
    definition: valued((step) => mean(step, square)),
    fails: { 'has adversary': /adversary: true/ },
  },
  {
    what: 'an adversary whose gradient has the wrong sign',
    definition: adversarial((good) => ({
      loss: (seen, pass) => ({ value: scaled(-1)(good.loss(seen, pass).value) as tf.Scalar }),
    })),
    conformance: LATENT,
    fails: {
      "its adversary's gradient reaches its own weights and equals finite differences":
        /measured by finite differences/,
      'its adversary learns to tell apart what lies apart': /its loss to fall/,
    },
  },
  {
    what: 'an adversary with a weight that it does not use',
    definition: adversarial((good, { variable }) => {
      const spare = variable('spare', [2], { use: 'constant', value: 1 });
      return { weights: { ...good.weights, spare } };
    }),
    conformance: LATENT,
    fails: {
      "its adversary's gradient reaches its own weights and equals finite differences": /adversary's spare.*none/,
    },
  },
  {
    what: 'an adversary that looks at the step again',
    definition: loss((context) => {
      const adversary = classifier(context);
      let last: TrainingStep | undefined;
      return {
        compute: (step) => ({ value: mean(step, (_, identity) => tf.square(step.latent(identity).z)) }),
        adversary: {
          ...adversary,
          observe(step) {
            last = step;
            return adversary.observe(step);
          },
          loss: (_seen, pass) => adversary.loss(adversary.observe(last!), pass),
        },
      };
    }),
    conformance: LATENT,
    fails: { 'what its adversary observed is constant': /after the model has moved on/ },
  },
  {
    what: 'an adversary that observes a variable',
    definition: adversarial((good, { variable }) => {
      const average = variable('average', [2], { use: 'constant', value: 1 }, false);
      return { observe: (step) => ({ ...good.observe(step), average }) };
    }),
    conformance: LATENT,
    fails: { 'what its adversary observed is constant': /"average" of this step.*a variable/ },
  },
  {
    what: 'an adversary that does not look',
    definition: adversarial((good) => ({
      loss: (seen, pass) => good.loss({ ...seen, z: tf.zerosLike(seen['z']!) }, pass),
    })),
    conformance: LATENT,
    fails: { 'its adversary learns to tell apart what lies apart': /its loss to fall/ },
  },
];

for (const { what, definition, conformance = EVERYTHING, fails } of breakages) {
  describe(what, () => {
    const cases = lossConformance('broken', definition, conformance);
    for (const [name, message] of Object.entries(fails)) {
      test(`fails: ${name}`, async () => {
        const found = cases.find((c) => c.name === `broken: ${name}`);
        expect(found, cases.map((c) => c.name).join('\n')).toBeDefined();
        await expect(found!.run()).rejects.toThrow(message);
      });
    }
  });
}

test('no case of the kit is without a plugin that fails it', () => {
  const definition = valued((step) => mean(step, square));
  const all = [EVERYTHING, { steps: 5, required: true }].flatMap((conformance) =>
    lossConformance('broken', definition, conformance).map(({ name }) => name.replace('broken: ', '')),
  );
  const failed = new Set(breakages.flatMap(({ fails }) => Object.keys(fails)));
  expect(new Set(all)).toEqual(failed);
});

describe('a loss with an adversary that keeps its promises', () => {
  const good = adversarial(() => ({}));
  for (const { name, run } of lossConformance('good', good, LATENT)) test(name, run);
});
