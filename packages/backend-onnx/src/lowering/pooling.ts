import type { Node } from '../node.js';
import type { Value } from '../onnx/graph.js';
import { toChannelsFirst, toChannelsLast } from './convolution.js';
import type { Emitter, LoweringTable } from './emitter.js';

function pool(type: 'MaxPool' | 'AveragePool') {
  return (node: Node, emit: Emitter): Value => {
    const { window, strides, dilations, pads } = node.attributes as Record<string, readonly number[]>;
    const { graph } = emit;
    const [n, h, w, c] = node.shape as [number, number, number, number];
    const x = toChannelsFirst(graph, emit.input(node, 0));
    const attributes =
      type === 'MaxPool'
        ? { kernel_shape: window!, strides: strides!, pads: pads!, dilations: dilations! }
        : { kernel_shape: window!, strides: strides!, pads: pads!, count_include_pad: 0 };
    return toChannelsLast(graph, graph.operation(type, [x], [n, c, h, w], attributes));
  };
}

/** [batch, rows, columns, channels]; padding never counts, neither as a maximum nor in a mean. */
export const pooling: LoweringTable = { MaxPool: pool('MaxPool'), AvgPool: pool('AveragePool') };
