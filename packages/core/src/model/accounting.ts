import type { LayerDescription, Part, Shape } from '../contracts/index.js';
import type { Autoencoder } from './autoencoder.js';

/** The article's table: what goes in, what the bottleneck keeps. */
export interface Accounting {
  readonly image: Shape;
  readonly latent: Shape;
  readonly elementsIn: number;
  readonly elementsOut: number;
  /** elementsIn / elementsOut. */
  readonly ratio: number;
  /** Share of the elements kept, 0..1. */
  readonly kept: number;
  /** Positions of the latent: rows * columns. */
  readonly cells: number;
}

export function accountingOf(image: Shape, latent: Shape): Accounting {
  const elements = (shape: Shape) => shape[0] * shape[1] * shape[2];
  const [elementsIn, elementsOut] = [elements(image), elements(latent)];
  return {
    image,
    latent,
    elementsIn,
    elementsOut,
    ratio: elementsIn / elementsOut,
    kept: elementsOut / elementsIn,
    cells: latent[0] * latent[1],
  };
}

export interface PartSummary {
  readonly name: string;
  readonly parameters: number;
  /** Multiply-accumulates of one picture forward; null for a part that does not say. */
  readonly macs: number | null;
  readonly layers: readonly LayerDescription[];
}

export interface ModelSummary {
  readonly parts: readonly PartSummary[];
  readonly parameters: number;
  /** Floating point operations of one step: three passes' worth (forward, and backward twice) of every picture. */
  readonly flopsPerStep: number | null;
  readonly accounting: Accounting;
}

/** Backward costs about two forwards: one for the gradient of the input, one for that of the weights. */
const PASSES = 3;

export function summarise(model: Autoencoder, image: Shape, batchSize: number): ModelSummary {
  const decoders = [...model.decoders];
  const parts = [
    summary('encoder', model.encoder),
    summary('bottleneck', model.bottleneck),
    ...decoders.map(([identity, decoder]) => summary(`decoder of ${identity}`, decoder)),
  ];
  const perPicture = [parts[0], parts[1], parts[2]].map((part) => part?.macs ?? null);
  const pictures = batchSize * decoders.length;
  return {
    parts,
    parameters: parts.reduce((sum, part) => sum + part.parameters, 0),
    flopsPerStep: perPicture.includes(null)
      ? null
      : perPicture.reduce<number>((sum, macs) => sum + (macs ?? 0), 0) * 2 * PASSES * pictures,
    accounting: accountingOf(image, model.bottleneck.latentShape),
  };
}

function summary(name: string, part: Part): PartSummary {
  const layers = part.layers ?? [];
  return {
    name,
    parameters: Object.values(part.weights ?? {}).reduce((sum, variable) => sum + variable.size, 0),
    macs: part.layers === undefined ? null : layers.reduce((sum, layer) => sum + layer.macs, 0),
    layers,
  };
}
