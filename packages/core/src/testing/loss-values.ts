import * as tf from '@tensorflow/tfjs';
import { type ConformanceCase, check, checkClose } from './check.js';
import { checkGradient, readGradients } from './gradient.js';
import { type LossSetting, leavesOf, read, scalarOf, stateOf, valueAt, withLoss } from './setting.js';
import { assign, valuesOf } from './state.js';
import type { Agreement, Reached } from './step.js';
import { trainOnce } from './train.js';

/** Names of identities for two and for three. */
const IDENTITIES = ['src', 'dst', 'third'];

export function scalarCase(setting: LossSetting, batch: number, count: number): ConformanceCase {
  return {
    name: `${setting.name}: is a finite scalar for ${count} identities and a batch of ${batch}`,
    run: () => {
      const identities = IDENTITIES.slice(0, count);
      return withLoss(
        setting,
        async (loss) => {
          const step = setting.step(loss, { identities, batch });
          const { value, logged = {} } = tf.tidy(() => {
            const terms = loss.compute(step);
            scalarOf(terms);
            return { value: terms.value, logged: terms.logged ?? {} };
          });
          for (const [name, scalar] of Object.entries({ value, ...logged })) {
            const number = (await scalar.data())[0] as number;
            check(Number.isFinite(number), `a finite ${name}`, number);
            scalar.dispose();
          }
          step.dispose();
        },
        { identities },
      );
    },
  };
}

export function gradientCase(setting: LossSetting, reaches: Reached): ConformanceCase {
  const { oneSided = false, tolerance = 0.02, settle = 0 } = setting;
  return {
    name: `${setting.name}: its gradient reaches the ${reaches} and equals finite differences`,
    run: () =>
      withLoss(setting, async (loss) => {
        const step = setting.step(loss);
        for (let i = 0; i < settle; i++) await read(loss, step);
        const leaves = leavesOf(step, reaches);
        const state = stateOf(loss);
        const before = await valuesOf(state);
        const trained = trainOnce(loss, step, leaves);
        const gradients = await readGradients(trained.gradients);
        trained.dispose();
        assign(state, before);

        const silent: string[] = [];
        for (const path of Object.keys(leaves)) {
          const gradient = gradients[path] ?? new Float32Array();
          check(gradient.every(Number.isFinite), `a finite gradient in ${path}`, 'NaN or infinity');
          if (gradient.every((slope) => slope === 0)) silent.push(path);
        }
        const enough = oneSided ? silent.length < Object.keys(leaves).length : silent.length === 0;
        check(enough, `a gradient in ${oneSided ? 'some' : 'every'} ${reaches}`, `none in ${silent.join(', ')}`);
        await checkGradient(() => valueAt(loss, step), leaves, gradients, tolerance);
        step.dispose();
      }),
  };
}

export function zeroCase(setting: LossSetting, agreement: Agreement): ConformanceCase {
  return {
    name: `${setting.name}: is 0 when ${agreement.replaceAll('-', ' ')}, and the gradient there is finite`,
    run: () =>
      withLoss(setting, async (loss) => {
        const step = setting.step(loss, { agreement });
        const value = await valueAt(loss, step);
        check(Math.abs(value) <= 1e-5, '0 +- 1e-5', value);
        const trained = trainOnce(loss, step, step.leaves);
        const gradients = await readGradients(trained.gradients);
        trained.dispose();
        for (const [path, gradient] of Object.entries(gradients)) {
          check(gradient.every(Number.isFinite), `a finite gradient in ${path}`, 'NaN or infinity');
        }
        step.dispose();
        const elsewhere = setting.step(loss);
        const other = await valueAt(loss, elsewhere);
        check(Math.abs(other) > 1e-5, 'something else than 0 where they disagree', other);
        elsewhere.dispose();
      }),
  };
}

export function orderCase(setting: LossSetting): ConformanceCase {
  return {
    name: `${setting.name}: does not depend on the order of the batch`,
    run: () =>
      withLoss(setting, async (loss) => {
        const values: number[] = [];
        for (const order of [
          [0, 1, 2],
          [2, 0, 1],
        ]) {
          const step = setting.step(loss, { batch: 3, order });
          values.push(await valueAt(loss, step));
          step.dispose();
        }
        checkClose(values[1]!, values[0]!, 1e-4, 'the same value for a permuted batch');
      }),
  };
}

export function seedCase(setting: LossSetting): ConformanceCase {
  return {
    name: `${setting.name}: gives the same value for the same seed and step`,
    run: async () => {
      const run = () =>
        withLoss(setting, async (loss) => {
          const step = setting.step(loss);
          const values = [await valueAt(loss, step), await valueAt(loss, step)];
          step.dispose();
          return values;
        });
      const [first, again] = await run();
      const [other] = await run();
      check(Object.is(first, again), `${first} for the same step a second time`, again);
      check(Object.is(first, other), `${first} for the same seed a second time`, other);
    },
  };
}
