import type * as tf from '@tensorflow/tfjs';
import type { OnnxBackend } from '../backend.js';
import type { Node } from '../node.js';

const ACTIVATIONS: Readonly<Record<string, string>> = {
  relu: 'Relu',
  relu6: 'Relu6',
  elu: 'Elu',
  sigmoid: 'Sigmoid',
  leakyrelu: 'LeakyRelu',
  prelu: 'Prelu',
};

export interface Fusion {
  readonly activation?: string;
  readonly leakyreluAlpha?: number;
  readonly preluActivationWeights?: tf.TensorInfo;
}

/** Can the fused kernel's activation be recorded? */
export const isKnownActivation = (activation: string | undefined): boolean =>
  activation === undefined || activation === null || activation === 'linear' || activation in ACTIVATIONS;

/** What a fused kernel applies behind its product. */
export function activate(backend: OnnxBackend, node: Node, fusion: Fusion): Node {
  const op = ACTIVATIONS[fusion.activation ?? 'linear'];
  if (op === undefined) return node;
  const inputs = op === 'Prelu' ? [node, backend.nodeOf(fusion.preluActivationWeights!)] : [node];
  const attributes = op === 'LeakyRelu' ? { alpha: fusion.leakyreluAlpha ?? 0.2 } : {};
  return backend.node(op, inputs, node.shape, 'float32', attributes);
}
