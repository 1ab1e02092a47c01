import * as v from 'valibot';

export interface Options {
  /** Channels of the features. Defaults to 32. */
  readonly channels: number;
}

export const options = v.strictObject({
  channels: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 32),
});
