import type { StandardSchemaV1 } from '@standard-schema/spec';
import type {
  Bottleneck,
  BottleneckContext,
  Decoder,
  DecoderContext,
  Definition,
  Encoder,
  EncoderContext,
  RunContext,
  Shape,
} from '../contracts/index.js';
import type { ConformanceCase } from './check.js';
import { fakeRunContext } from './context.js';
import { type ModelSetting, modelCases } from './model-cases.js';
import { optionCases, validOptions } from './options.js';

export interface ModelConformance {
  /** Options that the cases run with. Defaults to {}. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** The schema has options without a default: `{}` must be refused. Defaults to false. */
  readonly required?: boolean;
  /** Side of the square pictures in pixels. Defaults to 64. */
  readonly size?: number;
  /** What comes in: an encoder's output for a bottleneck, a bottleneck's for a decoder. Defaults to [16, 16, 8]. */
  readonly features?: Shape;
}

/** The promises of `Encoder` as tests, for any runner. They run on tfjs's current backend. */
export function encoderConformance<S extends StandardSchemaV1>(
  name: string,
  definition: Definition<Encoder, EncoderContext, S>,
  conformance: ModelConformance = {},
): ConformanceCase[] {
  const { image } = shapes(conformance);
  return casesOf(name, definition, conformance, {
    context: (context) => ({ ...context, image }),
    input: image,
    forward: (encoder, images, pass) => ({ features: encoder.encode(images, pass) }),
    promised: (encoder) => ({ features: { shape: encoder.outputShape } }),
  });
}

/** The promises of `Bottleneck` as tests, for any runner. They run on tfjs's current backend. */
export function bottleneckConformance<S extends StandardSchemaV1>(
  name: string,
  definition: Definition<Bottleneck, BottleneckContext, S>,
  conformance: ModelConformance = {},
): ConformanceCase[] {
  const { image, features } = shapes(conformance);
  return casesOf(name, definition, conformance, {
    context: (context) => ({ ...context, image, features }),
    input: features,
    forward: (bottleneck, x, pass) => {
      const { z, posterior } = bottleneck.compress(x, pass);
      const expanded = bottleneck.expand(z, pass);
      return posterior === undefined ? { z, expanded } : { z, expanded, ...posterior };
    },
    promised: ({ latentShape, outputShape, variational = false }) => {
      const latent = { shape: latentShape };
      const outputs = { z: latent, expanded: { shape: outputShape } };
      return variational ? { ...outputs, mean: latent, logVariance: latent } : outputs;
    },
  });
}

export interface DecoderConformance extends ModelConformance {
  /** The decoder draws a mask beside the picture. Defaults to false. */
  readonly mask?: boolean;
}

/** The promises of `Decoder` as tests, for any runner. They run on tfjs's current backend. */
export function decoderConformance<S extends StandardSchemaV1>(
  name: string,
  definition: Definition<Decoder, DecoderContext, S>,
  conformance: DecoderConformance = {},
): ConformanceCase[] {
  const { image, features } = shapes(conformance);
  return casesOf(name, definition, conformance, {
    context: (context) => ({ ...context, image, features, identity: 'src' }),
    input: features,
    forward: (decoder, x, pass) => ({ ...decoder.decode(x, pass) }),
    promised: () => ({
      image: { shape: image, range: [0, 1] },
      ...(conformance.mask === true && { mask: { shape: [image[0], image[1], 1], range: [0, 1] } }),
    }),
  });
}

function shapes({ size = 64, features = [16, 16, 8] }: ModelConformance): { image: Shape; features: Shape } {
  return { image: [size, size, 3], features };
}

interface Kind<P, C> extends Pick<ModelSetting<P>, 'input' | 'forward' | 'promised'> {
  context(context: RunContext): C;
}

function casesOf<P extends Encoder | Bottleneck | Decoder, C, S extends StandardSchemaV1>(
  name: string,
  definition: Definition<P, C, S>,
  { options = {}, required = false }: ModelConformance,
  kind: Kind<P, C>,
): ConformanceCase[] {
  return [
    ...optionCases(name, definition.options, options, required),
    ...modelCases<P>({
      name,
      input: kind.input,
      forward: kind.forward,
      promised: kind.promised,
      async create(seed: number) {
        const part = definition.create(
          await validOptions(definition.options, options),
          kind.context(fakeRunContext(seed)),
        );
        await part.prepare?.();
        return part;
      },
    }),
  ];
}
