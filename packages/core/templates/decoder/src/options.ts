import * as v from 'valibot';

export interface Options {
  /** Side of the kernel in positions. Defaults to 3. */
  readonly kernel: number;
}

export const options = v.strictObject({
  kernel: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 3),
});
