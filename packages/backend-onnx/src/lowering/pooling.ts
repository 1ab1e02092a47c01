import { sizeOf } from '../node.js';
import { scatter, toChannelsFirst, toChannelsLast } from './channels-first.js';
import type { Lowering, LoweringTable } from './emitter.js';
import { type Geometry, geometryOf, taps } from './geometry.js';

const windowOf = (g: Geometry) => ({
  kernel_shape: [g.filterHeight, g.filterWidth],
  strides: [g.strideHeight, g.strideWidth],
  pads: [g.top, g.left, g.bottom, g.right],
});

const channelsFirst = (g: Geometry) => [g.batch, g.outChannels, g.outHeight, g.outWidth];

const maxPool: Lowering = (node, emit) => {
  const g = geometryOf(node);
  const x = toChannelsFirst(emit.graph, emit.input(node, 0));
  return toChannelsLast(emit.graph, emit.graph.operation('MaxPool', [x], channelsFirst(g), windowOf(g)));
};

const averagePool: Lowering = (node, emit) => {
  const g = geometryOf(node);
  const x = toChannelsFirst(emit.graph, emit.input(node, 0));
  const attributes = { ...windowOf(g), count_include_pad: 0 };
  return toChannelsLast(emit.graph, emit.graph.operation('AveragePool', [x], channelsFirst(g), attributes));
};

/** Each gradient is added where its window's maximum was; MaxPool's second output says where. */
const maxPoolGradient: Lowering = (node, emit) => {
  const g = geometryOf(node);
  const { graph } = emit;
  const x = toChannelsFirst(graph, emit.input(node, 1));
  const shape = channelsFirst(g);
  const outputs = [
    { shape, type: 'float32' as const },
    { shape, type: 'int64' as const },
  ];
  const [, positions] = graph.many('MaxPool', [x], outputs, windowOf(g));
  const size = [sizeOf(shape)];
  const zeros = graph.expand(graph.float(0), [sizeOf(x.shape)]);
  const updates = graph.reshape(toChannelsFirst(graph, emit.input(node, 0)), size);
  const operands = [zeros, graph.reshape(positions!, size), updates];
  const sums = graph.operation('ScatterElements', operands, zeros.shape, { axis: 0, reduction: 'add' });
  return toChannelsLast(graph, graph.reshape(sums, x.shape));
};

/** Every window hands the same share to all its inputs, those that fall into the padding included, as in tfjs. */
const averagePoolGradient: Lowering = (node, emit) => {
  const g = geometryOf(node);
  const share = new Float32Array(g.inChannels * taps(g)).fill(1 / taps(g));
  const filters = emit.graph.constant(share, [g.inChannels, 1, g.filterHeight, g.filterWidth], 'float32');
  return scatter(emit.graph, emit.input(node, 0), filters, g, g.inChannels);
};

/** [batch, rows, columns, channels]; padding never counts, neither as a maximum nor in a mean. */
export const pooling: LoweringTable = {
  MaxPool: maxPool,
  AvgPool: averagePool,
  MaxPoolGrad: maxPoolGradient,
  AvgPoolGrad: averagePoolGradient,
};
