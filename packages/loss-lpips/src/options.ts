import * as v from 'valibot';

export interface LpipsOptions {
  /** The network whose features are compared. 'squeeze' (SqueezeNet 1.1) is inside this package; 'alex' (AlexNet) needs `weights`. Defaults to 'squeeze'. */
  readonly net: 'squeeze' | 'alex';
  /** Manifest (.json) of the network's weights, with the .bin of the same name beside it; a relative path starts at the config file's folder. */
  readonly weights?: string;
}

declare module '@fsae/core' {
  interface LossOptions {
    lpips: LpipsOptions;
  }
}

export const options = v.pipe(
  v.strictObject({
    net: v.optional(v.picklist(['squeeze', 'alex']), 'squeeze'),
    weights: v.exactOptional(v.pipe(v.string(), v.endsWith('.json'))),
  }),
  v.forward(
    v.check(
      ({ net, weights }) => net === 'squeeze' || weights !== undefined,
      "Expected the manifest of AlexNet's weights, because only those of 'squeeze' are in the package",
    ),
    ['weights'],
  ),
);
