import * as tf from '@tensorflow/tfjs';
import type { Loss } from '../contracts/index.js';
import { type ConformanceCase, check, freeStrictly } from './check.js';
import { type LossSetting, read, stateOf, withLoss } from './setting.js';
import { assign, valuesOf } from './state.js';
import { trainOnce, withoutReads } from './train.js';

export function growthCase(setting: LossSetting): ConformanceCase {
  const { steps = 50 } = setting;
  return {
    name: `${setting.name}: leaves no tensors behind in ${steps} steps`,
    run: () =>
      withLoss(setting, async (loss) => {
        const once = (index: number) => {
          const step = setting.step(loss, { index });
          trainOnce(loss, step, step.leaves).dispose();
          check(step.intact(), "the step's tensors as they were", 'a tensor of the step is disposed');
          step.dispose();
        };
        // The first steps may fill caches.
        once(1);
        once(2);
        const before = tf.memory().numTensors;
        for (let index = 3; index < 3 + steps; index++) once(index);
        const grown = tf.memory().numTensors - before;
        check(grown === 0, `${before} tensors after ${steps} steps`, before + grown);
      }),
  };
}

export function synchronousCase(setting: LossSetting): ConformanceCase {
  return {
    name: `${setting.name}: reads nothing while it computes`,
    run: () =>
      withLoss(setting, async (loss) => {
        const step = setting.step(loss);
        withoutReads(() => trainOnce(loss, step, step.leaves)).dispose();
        step.dispose();
      }),
  };
}

export function stateCase(setting: LossSetting): ConformanceCase {
  return {
    name: `${setting.name}: continues from its saved weights as if it had not stopped`,
    run: async () => {
      const advance = (loss: Loss, index: number) => {
        const step = setting.step(loss, { index });
        trainOnce(loss, step, step.leaves, 0.01).dispose();
        step.dispose();
      };
      const next = async (loss: Loss) => {
        const values: number[] = [];
        for (const index of [4, 5]) {
          const step = setting.step(loss, { index, seed: index });
          values.push(await read(loss, step));
          step.dispose();
        }
        return values.join(', ');
      };
      const { saved, unbroken } = await withLoss(setting, async (loss) => {
        for (const index of [1, 2, 3]) advance(loss, index);
        const saved = await valuesOf(stateOf(loss));
        return { saved, unbroken: await next(loss) };
      });
      // Another seed: whatever is not saved differs.
      await withLoss(
        setting,
        async (loss) => {
          const paths = Object.keys(stateOf(loss)).sort().join(', ');
          check(
            paths === Object.keys(saved).sort().join(', '),
            `weights ${Object.keys(saved).sort().join(', ')}`,
            paths,
          );
          assign(stateOf(loss), saved);
          const resumed = await next(loss);
          check(resumed === unbroken, `values ${unbroken} after a restart`, resumed);
        },
        { seed: 2 },
      );
    },
  };
}

export function disposeCase(setting: LossSetting): ConformanceCase {
  return {
    name: `${setting.name}: frees all but its weights when it is disposed`,
    run: async () => {
      const once = async () => {
        const loss = await setting.create();
        const step = setting.step(loss);
        trainOnce(loss, step, step.leaves).dispose();
        step.dispose();
        if (loss.adversary !== undefined) freeStrictly(loss.adversary);
        freeStrictly(loss);
      };
      await once();
      const before = tf.memory().numTensors;
      await once();
      const left = tf.memory().numTensors - before;
      check(left === 0, 'no tensors left after dispose', left);
    },
  };
}
