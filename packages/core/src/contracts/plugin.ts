import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { BackendProvider } from './backend.js';
import type { Dataset, DatasetContext } from './dataset.js';
import type { Loss, LossContext } from './loss.js';
import type { Metric, MetricContext } from './metric.js';
import type { Bottleneck, Decoder, Encoder } from './model.js';
import type { Part, RunContext, Shape } from './part.js';
import type { Trainer } from './training.js';

/** The plugin interface's version: an integer that a plugin writes as a literal, so that raising it is a type error there. */
export type PluginApi = 1;

/** Options as any Standard Schema library describes them, and the factory that gets them validated. */
export interface Definition<P, C, S extends StandardSchemaV1 = StandardSchemaV1> {
  readonly options: S;
  create(options: StandardSchemaV1.InferOutput<S>, context: C): P;
}

export interface EncoderContext extends RunContext {
  readonly image: Shape;
}
export interface BottleneckContext extends RunContext {
  readonly features: Shape;
  readonly image: Shape;
}
export interface DecoderContext extends RunContext {
  readonly features: Shape;
  readonly image: Shape;
  readonly identity: string;
}

// `any`: a map holds definitions of different schemas, and StandardSchemaV1's output is invariant.
// biome-ignore lint/suspicious/noExplicitAny: see above
type AnyDefinition<P extends Part, C> = Definition<P, C, any>;
type Definitions<P extends Part, C> = Readonly<Record<string, AnyDefinition<P, C>>>;

/** A plugin is data: no base class, no decorator, no registration by import. */
export interface Plugin {
  readonly name: string;
  readonly api: PluginApi;
  readonly version?: string;
  readonly encoders?: Definitions<Encoder, EncoderContext>;
  readonly bottlenecks?: Definitions<Bottleneck, BottleneckContext>;
  readonly decoders?: Definitions<Decoder, DecoderContext>;
  readonly losses?: Definitions<Loss, LossContext>;
  readonly datasets?: Definitions<Dataset, DatasetContext>;
  readonly metrics?: Definitions<Metric, MetricContext>;
  /** Classes, constructed by the run's container with @inject(TOKEN); chosen by name: train: { use: 'mine' }. */
  // biome-ignore lint/suspicious/noExplicitAny: constructor parameters are the container's business
  readonly trainers?: Readonly<Record<string, new (...injected: any[]) => Trainer>>;
  readonly backends?: Readonly<Record<string, BackendProvider>>;
}

/** The kinds of things a plugin can bring. */
export type PluginKind =
  | 'encoders'
  | 'bottlenecks'
  | 'decoders'
  | 'losses'
  | 'datasets'
  | 'metrics'
  | 'trainers'
  | 'backends';
