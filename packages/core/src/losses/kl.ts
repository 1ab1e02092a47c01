import * as tf from '@tensorflow/tfjs';
import * as v from 'valibot';
import { rateOf } from '../model/posterior.js';
import { defineLoss } from '../plugins/define.js';
import { meanOverIdentities } from './reduction.js';

const options = v.strictObject({});

export type KlOptions = v.InferOutput<typeof options>;

declare module '../config/define.js' {
  interface LossOptions {
    kl: KlOptions;
  }
}

/**
 * KL divergence of the posterior q(z|x) from the standard normal prior in bits per sample (Kingma & Welling 2014,
 * appendix B, divided by ln 2): an upper bound of I(Z;X). Needs a variational bottleneck. Logs it as `rate`.
 */
export const kl = defineLoss({
  options,
  create: () => ({
    needs: ['posterior'],
    compute: (step) => {
      // `needs` promises it: checked before step 0.
      const value = meanOverIdentities(step, (identity) => rateOf(step.latent(identity).posterior!));
      return { value, logged: { rate: tf.clone(value) } };
    },
  }),
});
