import * as tf from '@tensorflow/tfjs';
import type { Loss } from '../contracts/index.js';
import { type ConformanceCase, check, checkClose } from './check.js';
import { type LossSetting, leavesOf, valueAt, withLoss } from './setting.js';
import type { Reached } from './step.js';

type Direction = 'across' | 'down';

export function sensitivityCase(setting: LossSetting, reaches: Reached, direction: Direction): ConformanceCase {
  return {
    name: `${setting.name}: sees what changes ${direction} a picture`,
    run: () =>
      withLoss(setting, async (loss) => {
        const agreement = reaches === 'swap' ? 'swap-equals-target' : 'reconstruction-equals-target';
        const striped = async (stripes: Direction | 'none') => {
          const step = setting.step(loss, { agreement });
          for (const leaf of Object.values(leavesOf(step, reaches))) addStripes(leaf, stripes);
          const value = await valueAt(loss, step);
          step.dispose();
          return value;
        };
        const none = await striped('none');
        const seen = Math.abs((await striped(direction)) - none);
        const turned = Math.abs((await striped(direction === 'across' ? 'down' : 'across')) - none);
        // A loss that is blind in one direction is off by orders of magnitude; one that merely prefers a direction is not.
        check(
          seen > 0.02 * turned && seen > 1e-7,
          `a change of more than ${0.02 * turned} by stripes ${direction}`,
          seen,
        );
      }),
  };
}

/** Stripes of +-0.1, two pixels wide, of mean 0. */
function addStripes(picture: tf.Variable, direction: Direction | 'none'): void {
  tf.tidy(() => {
    const [, rows = 0, columns = 0] = picture.shape;
    const length = direction === 'down' ? rows : columns;
    const stripe = tf.tensor1d(Array.from({ length }, (_, i) => (direction === 'none' ? 0 : i % 4 < 2 ? 0.1 : -0.1)));
    picture.assign(tf.add(picture, tf.reshape(stripe, direction === 'down' ? [1, rows, 1, 1] : [1, 1, columns, 1])));
  });
}

export function maskCases(setting: LossSetting, options: Readonly<Record<string, unknown>>): ConformanceCase[] {
  /** The value with `mask` for every face and `error` added to the target where `where` is 1, both of [size * size]. */
  const valueWith = async (loss: Loss, mask: MaskShape, where: MaskShape) => {
    const step = setting.step(loss, { agreement: 'reconstruction-equals-target' });
    const side = step.target('src').shape[1];
    const masks = maskTensor(mask, side, step.target('src').shape[0]);
    const error = tf.tidy(() => tf.mul(maskTensor(where, side, 1), 0.1));
    for (const leaf of Object.values(leavesOf(step, 'reconstruction'))) {
      tf.tidy(() => leaf.assign(tf.add(leaf, error)));
    }
    const value = await valueAt(loss, { ...step, mask: () => masks });
    tf.dispose([masks, error]);
    step.dispose();
    return value;
  };
  const masked = (what: string, run: (loss: Loss) => Promise<void>): ConformanceCase => ({
    name: `${setting.name}: with a mask, ${what}`,
    run: () => withLoss(setting, run, { options }),
  });
  return [
    masked('does not see what lies outside it', async (loss) => {
      check((loss.needs ?? []).includes('mask'), "needs: ['mask']", `[${loss.needs ?? []}]`);
      const inside = await valueWith(loss, 'left', 'left');
      const both = await valueWith(loss, 'left', 'all');
      checkClose(both, inside, 1e-4, 'the same value whatever lies outside the mask');
      check(Math.abs(inside) > 1e-5, 'a value that sees an error inside the mask', inside);
    }),
    masked('does not depend on its area', async (loss) => {
      const half = await valueWith(loss, 'left', 'all');
      const whole = await valueWith(loss, 'all', 'all');
      checkClose(half, whole, 1e-4, 'the same value for one error under a small and a large mask');
    }),
    masked('is finite when it is empty', async (loss) => {
      const value = await valueWith(loss, 'none', 'all');
      check(Number.isFinite(value), 'a finite value', value);
    }),
  ];
}

type MaskShape = 'none' | 'left' | 'all';

function maskTensor(shape: MaskShape, side: number, batch: number): tf.Tensor4D {
  const width = { none: 0, left: side / 4, all: side }[shape];
  const values = Float32Array.from({ length: batch * side * side }, (_, i) => (i % side < width ? 1 : 0));
  return tf.tensor4d(values, [batch, side, side, 1]);
}
