import type { StandardSchemaV1 } from '@standard-schema/spec';
import type {
  Bottleneck,
  BottleneckContext,
  Dataset,
  DatasetContext,
  Decoder,
  DecoderContext,
  Definition,
  Encoder,
  EncoderContext,
  Loss,
  LossContext,
  Metric,
  MetricContext,
  Plugin,
} from '../contracts/index.js';

// Identity functions: they exist for the types they infer. A plugin is data and works without them.

/** Types a plugin: `export default definePlugin({ name: 'fsae-loss-x', api: 1, losses: { x } })`. */
export function definePlugin<P extends Plugin>(plugin: P): P {
  return plugin;
}
export function defineEncoder<S extends StandardSchemaV1>(definition: Definition<Encoder, EncoderContext, S>) {
  return definition;
}
export function defineBottleneck<S extends StandardSchemaV1>(definition: Definition<Bottleneck, BottleneckContext, S>) {
  return definition;
}
export function defineDecoder<S extends StandardSchemaV1>(definition: Definition<Decoder, DecoderContext, S>) {
  return definition;
}
export function defineLoss<S extends StandardSchemaV1>(definition: Definition<Loss, LossContext, S>) {
  return definition;
}
export function defineDataset<S extends StandardSchemaV1>(definition: Definition<Dataset, DatasetContext, S>) {
  return definition;
}
export function defineMetric<S extends StandardSchemaV1>(definition: Definition<Metric, MetricContext, S>) {
  return definition;
}
