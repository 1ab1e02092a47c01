import * as v from 'valibot';

export interface LandmarkOptions {
  /**
   * The network that reads landmarks from pictures, frozen. 'avatars' is inside this package and knows synthetic people
   * only; 'lm68' and 'facemesh' know photographs. Anything else is a TF.js model: a path or npm:PACKAGE/PATH.
   */
  readonly model?: string;
  /** How much each group of points counts; shares of their sum. Defaults to 1 for eyes, mouth, brows and nose, 0 for the contour. */
  readonly groups: Groups;
  /** Adds the swap's term: the swap moves away from the mean of its person as the source does from that of his. Defaults to false. */
  readonly swap: boolean;
  /** Takes a target's landmarks from the dataset where it has 68 of every face; false: from the network, always. Defaults to true. */
  readonly groundTruth: boolean;
}

export interface Groups {
  readonly eyes?: number;
  readonly mouth?: number;
  readonly brows?: number;
  readonly nose?: number;
  readonly contour?: number;
}

declare module '@fsae/core' {
  interface LossOptions {
    landmark: LandmarkOptions;
  }
}

const share = (standard: number) => v.optional(v.pipe(v.number(), v.finite(), v.minValue(0)), standard);

export const options = v.strictObject({
  model: v.exactOptional(v.pipe(v.string(), v.nonEmpty())),
  groups: v.optional(
    v.pipe(
      v.strictObject({ eyes: share(1), mouth: share(1), brows: share(1), nose: share(1), contour: share(0) }),
      v.check((groups) => Object.values(groups).some((weight) => weight > 0), 'Expected a group that counts'),
    ),
    {},
  ),
  swap: v.optional(v.boolean(), false),
  groundTruth: v.optional(v.boolean(), true),
});
