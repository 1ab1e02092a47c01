import type { OptimizerOptions, Plugin, Weight } from '../contracts/index.js';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** A part by name, or by name with its options. */
export type PartConfig = string | ({ readonly use: string } & { readonly [option: string]: unknown });

/**
 * Options of each loss by its key. Loss packages add theirs by merging:
 * `declare module '@fsae/core' { interface LossOptions { lpips: LpipsOptions } }`.
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled by merging, from core's own losses on
export interface LossOptions {}

/** A bare weight, or `weight` (default 1) beside the loss's own options. `use` names the kind when the key is only an instance's name. */
export type LossConfig<Options = { readonly [option: string]: unknown }> =
  | Weight
  | (Partial<Options> & { readonly weight?: Weight; readonly use?: string });

/** What a learning rate does over a run: linear warm-up, then constant or half a cosine down to `final` times the rate. */
export interface ScheduleConfig {
  /** Steps from 0 to the full rate. Defaults to 0. */
  readonly warmup?: number;
  /** Defaults to 'constant'. */
  readonly decay?: 'constant' | 'cosine';
  /** Share of the rate left at the end of a cosine. Defaults to 0.02. */
  readonly final?: number;
}

/** What happens to training faces. Geometry of `affine` and `flip` moves input and target alike; `warp` and `colour` touch the input only. */
export interface AugmentConfig {
  /** Strength of the input warp: random rotation, scale, shift and a 5x5 displacement grid (docs/reference/config.md has the formula). 0 = none. */
  readonly warp?: number;
  /** Which formula: 'similarity' (ours), 'grid' (displacement of all grid points, bilinear), 'cells' (interior points of a random cell grid). Defaults to 'similarity'. */
  readonly warpRecipe?: 'similarity' | 'grid' | 'cells';
  /** Random similarity of input and target: degrees, share of the size, share of the size. */
  readonly affine?: { readonly rotate?: number; readonly scale?: number; readonly shift?: number };
  /** Probability of a mirrored face (landmarks and mask are mirrored too). */
  readonly flip?: number;
  /** Strength of random colour mixing of the input. 0 = none. */
  readonly colour?: number;
}

/** What a user writes, in any place and format cosmiconfig knows. Everything but `identities` has a default. */
export interface Config {
  /** Name of the run: its folder under `output`. Defaults to 'default'. */
  readonly name?: string;
  /** Two or more people: a folder of aligned faces, or a dataset by name with its options. */
  readonly identities: Readonly<Record<string, PartConfig>>;
  /** A named, documented set of values; anything beside it overrides it. Defaults to 'small'. */
  readonly preset?: string;
  /** Side of the square pictures in pixels. */
  readonly size?: number;
  readonly model?: {
    readonly encoder?: PartConfig;
    readonly bottleneck?: PartConfig;
    readonly decoder?: PartConfig;
  };
  /** Replaces the preset's losses as a whole when given; a weight of 0 leaves a loss out. */
  readonly losses?: { readonly [Key in keyof LossOptions]?: LossConfig<LossOptions[Key]> } & {
    readonly [key: string]: LossConfig;
  };
  readonly data?: AugmentConfig & {
    /** Share of each identity's groups kept for evaluation and never trained on. Defaults to 0.15. */
    readonly heldOut?: number;
  };
  readonly train?: {
    /** Trainer by name. Defaults to 'alternating'. */
    readonly use?: string;
    readonly steps?: number;
    /** Faces per identity and step. */
    readonly batchSize?: number;
    readonly optimizer?: Partial<OptimizerOptions>;
    readonly schedule?: ScheduleConfig;
    /** Upper bound of the global gradient norm; null for none. */
    readonly clip?: number | null;
    /** Decay of the exponential moving average of the weights; 0 for none. */
    readonly average?: number;
    readonly seed?: number;
    /** Steps in a row with a non-finite gradient after which the run stops. Defaults to 10. */
    readonly nonFinitePatience?: number;
  };
  readonly checkpoint?: {
    /** Steps between checkpoints; one is always written at the end. */
    readonly every?: number;
    /** How many are kept, newest first. */
    readonly keep?: number;
  };
  readonly preview?: {
    /** Steps between preview sheets; one is always written at the end; 0 for that one only. */
    readonly every?: number;
    /** Faces per identity. */
    readonly rows?: number;
  };
  readonly evaluate?: {
    /**
     * Options of metrics by name, or `false` for one that is not to be measured. Every metric that is installed is
     * measured with its defaults when it is not named.
     */
    readonly metrics?: Readonly<Record<string, false | { readonly [option: string]: unknown }>>;
    /** Training faces of each identity that a metric may learn from (probes, readers of pose). Defaults to 600. */
    readonly learnFrom?: number;
    /** Held-out faces of each identity that an evaluation measures at most, evenly spaced. Defaults to all. */
    readonly atMost?: number;
    /** Steps between measurements during training; 0 for none. Defaults to 0. */
    readonly every?: number;
    /** Held-out faces of each identity that these measure. Defaults to 32. */
    readonly faces?: number;
    /** Which metrics they measure. Defaults to the quick ones of core. */
    readonly live?: readonly string[];
    /** Training ends when all of it holds: 'swap.truth.psnr > 22, identityBits < 1'. Needs `every`. */
    readonly stopWhen?: string;
  };
  /** 'auto' or a backend by name, with threads where it has them. */
  readonly backend?: string | { readonly use: string; readonly threads?: number };
  /** Train on no real person without a consent.json that holds (docs/guide/provenance.md). Defaults to false. */
  readonly requireConsent?: boolean;
  /** Package names, paths, or imported plugin objects. */
  readonly plugins?: readonly (string | Plugin)[];
  /** Folder of the runs. Defaults to 'runs'. */
  readonly output?: string;
}

export interface ResolvedPart {
  readonly use: string;
  readonly options: JsonObject;
}

/** Frozen, complete and JSON-safe: it round-trips into the checkpoint, and nothing after `config/resolve` reads anything else. */
export interface ResolvedConfig {
  readonly name: string;
  readonly preset: string;
  /** In the order of the config: the labels of the identities. */
  readonly identities: Readonly<Record<string, ResolvedPart>>;
  readonly size: number;
  readonly model: { readonly encoder: ResolvedPart; readonly bottleneck: ResolvedPart; readonly decoder: ResolvedPart };
  readonly losses: Readonly<Record<string, ResolvedPart & { readonly weight: Weight }>>;
  readonly data: Required<AugmentConfig> & { readonly heldOut: number };
  readonly train: {
    readonly use: string;
    readonly steps: number;
    readonly batchSize: number;
    readonly optimizer: Required<OptimizerOptions>;
    readonly schedule: Required<ScheduleConfig>;
    readonly clip: number | null;
    readonly average: number;
    readonly seed: number;
    readonly nonFinitePatience: number;
  };
  readonly checkpoint: { readonly every: number; readonly keep: number };
  readonly preview: { readonly every: number; readonly rows: number };
  readonly evaluate: {
    /** Those that the config names; `null` for one that is not to be measured. */
    readonly metrics: Readonly<Record<string, ResolvedPart | null>>;
    readonly learnFrom: number;
    /** `null`: all. */
    readonly atMost: number | null;
    readonly every: number;
    readonly faces: number;
    readonly live: readonly string[];
    readonly stopWhen: string | null;
  };
  readonly backend: { readonly use: string; readonly threads: number | null };
  readonly requireConsent: boolean;
  /** How each plugin is found again: a package name or a path relative to `root`; `null` for an object given in code. */
  readonly plugins: readonly { readonly name: string; readonly version: string | null; readonly from: string | null }[];
  readonly output: string;
}

/** Types a config file's default export; returns it as it is. A function is called with no arguments. */
export function defineConfig(config: Config | (() => Config | Promise<Config>)): typeof config {
  return config;
}
