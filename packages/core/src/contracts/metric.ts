import type { Box, Dataset } from './dataset.js';
import type { LossContext } from './loss.js';
import type { Part, Shape } from './part.js';
import type { Random } from './random.js';

/** size * size * 3 values in [0, 1], row by row. Numbers, not tensors: they outlive any graph and need no disposal. */
export type Picture = Float32Array;

/** Known pose and expression of some faces: names, and a row of numbers per face. */
export interface Structure {
  readonly names: readonly string[];
  readonly values: readonly (readonly number[])[];
}

/** Faces of one identity and what its own decoder makes of them. All lists have one entry per face, in one order. */
export interface ReconstructedFaces {
  readonly identity: string;
  /** The group of each face: frames of one clip are not independent. */
  readonly groups: readonly string[];
  readonly source: readonly Picture[];
  readonly reconstruction: readonly Picture[];
  /** Where it is known (synthetic people). */
  readonly structure?: Structure;
}

/** Held-out faces of `from`, seen as `to`. */
export interface SwappedFaces {
  readonly from: string;
  readonly to: string;
  readonly groups: readonly string[];
  readonly source: readonly Picture[];
  readonly swap: readonly Picture[];
  /** The true pictures of `to` in the poses and expressions of `source` (synthetic people). */
  readonly truth?: readonly Picture[];
  readonly structure?: Structure;
}

/** One pose and expression, shown by several people, and each of them decoded as `to`: the outputs should be one picture. */
export interface Casting {
  readonly to: string;
  readonly poses: readonly {
    readonly group: string;
    /** Who plays it: identities of the run first. */
    readonly people: readonly string[];
    readonly source: readonly Picture[];
    readonly swap: readonly Picture[];
  }[];
}

/** Latents with the identity (its position among `identities`) and the group of each. */
export interface LabelledLatents {
  /**
   * [rows * columns * channels]: what the decoders' side receives in training. Of a variational bottleneck several draws
   * from the posterior of each face, one after the other.
   */
  readonly z: readonly Float32Array[];
  readonly identity: readonly number[];
  readonly group: readonly string[];
  /** KL(q(z|x) || N(0, I)) of each face in bits (for each draw again), where the bottleneck has a posterior. */
  readonly rate?: readonly number[];
}

/** What the encoder says about faces that it was trained on and about faces that it was not. */
export interface Latents {
  readonly identities: readonly string[];
  readonly shape: Shape;
  readonly training: LabelledLatents;
  readonly heldOut: LabelledLatents;
  /** The means of the posteriors, where there are any: what a swap is made from. */
  readonly noiseless?: { readonly training: LabelledLatents; readonly heldOut: LabelledLatents };
  /** The same faces through the same network with its first, random weights. */
  readonly untrained: { readonly training: LabelledLatents; readonly heldOut: LabelledLatents };
}

/** What every subject of an evaluation has around it. */
export interface EvaluationSet {
  readonly size: number;
  readonly identities: readonly string[];
  readonly random: Random;
  dataset(identity: string): Dataset;
  regions(identity: string): Readonly<Record<string, Box>>;
  /** The mean training face of an identity: the baseline that mush passes and a swap must beat. */
  meanFace(identity: string): Promise<Picture>;
  /** Training faces of an identity, a few hundred at most, for a metric that has to learn something first. The same object each time. */
  training(identity: string): Promise<ReconstructedFaces>;
}

/** A value per face (pose, pair ...) with its group, so that one bootstrap serves every metric; or one estimate with its interval. */
export type Measured =
  | readonly { readonly value: number; readonly group: string }[]
  | { readonly value: number; readonly low: number; readonly high: number };

export interface MetricValue {
  /** As in evaluation.json, `--require` and `stopWhen`: 'swap.truth.psnr'. */
  readonly name: string;
  /** 'whole', a region of the dataset, or whatever else is told apart under one name. Defaults to 'whole'. */
  readonly region?: string;
  readonly unit: string;
  readonly better: 'higher' | 'lower';
  readonly measured: Measured;
}

/**
 * Looks at one or more subjects; none of its methods is called for a subject that it leaves out. The evaluator shows a
 * swap's metric four things under the name of the swap: the swap, the mean face of `to`, the source itself, and `to`'s own
 * reconstructions, so every row has its baselines and no metric computes them. A metric that tells a perfect swap, no
 * swap and the mean face apart is worth publishing; the others are passed by mush.
 */
export interface Metric extends Part {
  /** Once per identity, on held-out faces. */
  reconstruction?(faces: ReconstructedFaces, set: EvaluationSet): Promise<readonly MetricValue[]>;
  /** Once per ordered pair of identities, on held-out faces. */
  swap?(faces: SwappedFaces, set: EvaluationSet): Promise<readonly MetricValue[]>;
  /** Once per identity that people are decoded as, where the dataset can show one pose as several people. */
  casting?(casting: Casting, set: EvaluationSet): Promise<readonly MetricValue[]>;
  /** Once per run. */
  latents?(latents: Latents, set: EvaluationSet): Promise<readonly MetricValue[]>;
}

export interface MetricContext extends LossContext {
  /** The run's losses: a judge must not be the network that a loss was trained against. */
  readonly losses: Readonly<Record<string, { readonly use: string; readonly options: unknown }>>;
}
