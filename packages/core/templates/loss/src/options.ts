import * as v from 'valibot';

export interface Options {
  /** Width of the rounded tip, in units of the pictures' range (0 to 1). Defaults to 0.001. */
  readonly epsilon: number;
}

// What makes `losses` of defineConfig know the options.
declare module '@fsae/core' {
  interface LossOptions {
    'part-name': Options;
  }
}

export const options = v.strictObject({
  epsilon: v.optional(v.pipe(v.number(), v.finite(), v.gtValue(0)), 0.001),
});
