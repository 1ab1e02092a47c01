import type { Graph, Value } from '../onnx/graph.js';
import type { Geometry } from './geometry.js';

/** A strided convolution as one with unit strides on blocks of stride x stride pixels. */
export interface Dense {
  readonly geometry: Geometry;
  input(graph: Graph, x: Value): Value;
  filter(graph: Graph, filter: Value): Value;
  /** From the gradient of the rearranged input to that of the original one. */
  inputGradient(graph: Graph, gradient: Value): Value;
  /** From the gradient of the rearranged filter to that of the original one. */
  filterGradient(graph: Graph, gradient: Value): Value;
}

/**
 * The first layer of an encoder has three channels, so im2col moves rows of three numbers, twenty-five per output.
 * Blocks of pixels as channels (Shi et al. 2016, backwards) make it nine rows of twelve; the filter is filled up with
 * zeros, which costs a little arithmetic. With more than `widest` channels in a block undefined: then moving rows of
 * pixels is cheap enough without it.
 */
export function toSpaceToDepth(g: Geometry, widest: number): Dense | undefined {
  const s = g.strideHeight;
  if (s === 1 || g.strideWidth !== s || g.dilationHeight > 1 || g.dilationWidth > 1) return undefined;
  if (s * s * g.inChannels > widest || g.filterHeight <= s || g.filterWidth <= s) return undefined;
  const [filterHeight, filterWidth] = [Math.ceil(g.filterHeight / s), Math.ceil(g.filterWidth / s)];
  const [inHeight, inWidth] = [g.outHeight + filterHeight - 1, g.outWidth + filterWidth - 1];
  const channels = s * s * g.inChannels;
  // Right and below the outputs' last block may lie input that no tap reads, or less than a whole block.
  const rows = inHeight * s - g.top;
  const columns = inWidth * s - g.left;
  const geometry = {
    ...g,
    ...{ inHeight, inWidth, inChannels: channels, filterHeight, filterWidth, strideHeight: 1, strideWidth: 1 },
    ...{ top: 0, left: 0, bottom: 0, right: 0 },
  };
  return {
    geometry,
    input(graph, x) {
      const kept = graph.slice(
        x,
        [0, 0, 0, 0],
        [g.batch, Math.min(rows, g.inHeight), Math.min(columns, g.inWidth), g.inChannels],
      );
      const after = [0, Math.max(0, rows - g.inHeight), Math.max(0, columns - g.inWidth), 0];
      const padded = graph.pad(kept, [0, g.top, g.left, 0], after);
      const blocks = graph.reshape(padded, [g.batch, inHeight, s, inWidth, s, g.inChannels]);
      return graph.reshape(graph.transpose(blocks, [0, 1, 3, 2, 4, 5]), [g.batch, inHeight, inWidth, channels]);
    },
    inputGradient(graph, gradient) {
      const blocks = graph.reshape(gradient, [g.batch, inHeight, inWidth, s, s, g.inChannels]);
      const pixels = graph.reshape(graph.transpose(blocks, [0, 1, 3, 2, 4, 5]), [
        g.batch,
        inHeight * s,
        inWidth * s,
        g.inChannels,
      ]);
      const size = [g.batch, Math.min(rows, g.inHeight), Math.min(columns, g.inWidth), g.inChannels];
      const unread = [0, Math.max(0, g.inHeight - rows), Math.max(0, g.inWidth - columns), 0];
      return graph.pad(graph.slice(pixels, [0, g.top, g.left, 0], size), [0, 0, 0, 0], unread);
    },
    filter(graph, filter) {
      const after = [filterHeight * s - g.filterHeight, filterWidth * s - g.filterWidth, 0, 0];
      const padded = graph.pad(filter, [0, 0, 0, 0], after);
      const blocks = graph.reshape(padded, [filterHeight, s, filterWidth, s, g.inChannels, g.outChannels]);
      return graph.reshape(graph.transpose(blocks, [0, 2, 1, 3, 4, 5]), [
        filterHeight,
        filterWidth,
        channels,
        g.outChannels,
      ]);
    },
    filterGradient(graph, gradient) {
      const blocks = graph.reshape(gradient, [filterHeight, filterWidth, s, s, g.inChannels, g.outChannels]);
      const padded = graph.reshape(graph.transpose(blocks, [0, 2, 1, 3, 4, 5]), [
        filterHeight * s,
        filterWidth * s,
        g.inChannels,
        g.outChannels,
      ]);
      return graph.slice(padded, [0, 0, 0, 0], [g.filterHeight, g.filterWidth, g.inChannels, g.outChannels]);
    },
  };
}
