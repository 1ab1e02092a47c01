import * as tf from '@tensorflow/tfjs';
import type { Adversary, Loss } from '../contracts/index.js';
import { adversaryGradients, trainable } from '../training/update.js';
import { type ConformanceCase, check } from './check.js';
import { checkGradient, readGradients } from './gradient.js';
import { type LossSetting, scalarOf, stateOf, withLoss } from './setting.js';
import { assign, valuesOf } from './state.js';
import type { FakeStep, FakeStepOptions } from './step.js';

/** Adam steps after which a discriminator has learnt latents that lie apart, and its rate. */
const LESSONS = 60;
const LEARNING_RATE = 0.01;

/** The promises of `Adversary`. */
export function adversaryCases(setting: LossSetting): ConformanceCase[] {
  const { name } = setting;
  return [
    {
      name: `${name}: its adversary's gradient reaches its own weights and equals finite differences`,
      run: () => withAdversary(setting, gradient),
    },
    {
      name: `${name}: what its adversary observed is constant`,
      run: () => withAdversary(setting, constant),
    },
    {
      name: `${name}: its adversary learns to tell apart what lies apart`,
      run: () => withAdversary(setting, learning, { separable: true, batch: 4 }),
    },
  ];
}

interface Bench {
  readonly setting: LossSetting;
  readonly loss: Loss;
  readonly adversary: Adversary;
  readonly step: FakeStep;
  /** Kept, as the trainer keeps it. */
  readonly seen: Record<string, tf.Tensor>;
}

function withAdversary(
  setting: LossSetting,
  use: (bench: Bench) => Promise<void>,
  details: FakeStepOptions = {},
): Promise<void> {
  return withLoss(setting, async (loss) => {
    const { adversary } = loss;
    check(adversary !== undefined, 'an adversary', 'none');
    const step = setting.step(loss, details);
    const seen = tf.tidy(() => {
      // Order as in the trainer: the loss first.
      loss.compute(step);
      const observed = adversary.observe(step);
      for (const tensor of Object.values(observed)) tf.keep(tensor);
      return observed;
    });
    await use({ setting, loss, adversary, step, seen });
    tf.dispose(seen);
    step.dispose();
  });
}

async function adversaryValue({ adversary, step, seen, loss }: Bench): Promise<number> {
  const state = stateOf(loss);
  const before = await valuesOf(state);
  const value = tf.tidy(() => scalarOf(adversary.loss(seen, step.pass)));
  const number = (await value.data())[0] as number;
  value.dispose();
  assign(state, before);
  return number;
}

async function gradient(bench: Bench): Promise<void> {
  const { adversary, seen, step, loss, setting } = bench;
  for (let i = 0; i < (setting.settle ?? 0); i++) {
    tf.dispose(tf.tidy(() => adversary.loss(seen, step.pass).value));
  }
  const weights = trainable(adversary.weights);
  const state = stateOf(loss);
  const before = await valuesOf(state);
  const { gradients, logged } = adversaryGradients(adversary, seen, step.pass);
  tf.dispose(logged);
  const slopes = await readGradients(gradients);
  assign(state, before);
  for (const path of Object.keys(weights)) {
    check(slopes[path] !== undefined, `a gradient in the adversary's ${path}`, 'none');
    check(slopes[path].every(Number.isFinite), `a finite gradient in the adversary's ${path}`, 'NaN or infinity');
  }
  await checkGradient(() => adversaryValue(bench), weights, slopes, setting.tolerance ?? 0.02);
}

async function constant(bench: Bench): Promise<void> {
  const { step } = bench;
  for (const [name, tensor] of Object.entries(bench.seen)) {
    check(!(tensor instanceof tf.Variable), `the tensor "${name}" of this step`, 'a variable, which changes later');
  }
  const before = await adversaryValue(bench);
  for (const leaf of Object.values(step.leaves)) {
    tf.tidy(() => leaf.assign(tf.add(leaf, 1)));
  }
  const after = await adversaryValue(bench);
  check(Object.is(before, after), `${before} after the model has moved on`, after);
}

async function learning(bench: Bench): Promise<void> {
  const { adversary, seen, step } = bench;
  const optimizer = tf.train.adam(LEARNING_RATE);
  const first = await adversaryValue(bench);
  for (let lesson = 0; lesson < LESSONS; lesson++) {
    const { gradients, logged } = adversaryGradients(adversary, seen, step.pass);
    optimizer.applyGradients(
      Object.entries(gradients).map(([path, tensor]) => ({ name: adversary.weights![path]!.name, tensor })),
    );
    tf.dispose([gradients, logged]);
  }
  optimizer.dispose();
  const last = await adversaryValue(bench);
  const least = 0.1 * Math.max(Math.abs(first), 0.1);
  check(first - last > least, `its loss to fall from ${first} by more than ${least}`, last);
}
