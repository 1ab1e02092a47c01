import * as tf from '@tensorflow/tfjs';
import type { OnnxBackend } from '../backend.js';
import { type Geometry, isTransposable } from '../lowering/geometry.js';
import type { Attributes, Node } from '../node.js';
import { activate, type Fusion, isKnownActivation } from './activation.js';
import { isFloat, type KernelTable, nodesOf } from './kernel.js';

export function geometryOf(c: tf.backend_util.Conv2DInfo): Geometry {
  return {
    batch: c.batchSize,
    inHeight: c.inHeight,
    inWidth: c.inWidth,
    inChannels: c.inChannels,
    outHeight: c.outHeight,
    outWidth: c.outWidth,
    outChannels: c.outChannels,
    filterHeight: c.filterHeight,
    filterWidth: c.filterWidth,
    strideHeight: c.strideHeight,
    strideWidth: c.strideWidth,
    dilationHeight: c.dilationHeight,
    dilationWidth: c.dilationWidth,
    top: c.padInfo.top,
    left: c.padInfo.left,
    bottom: c.padInfo.bottom,
    right: c.padInfo.right,
  };
}

/** Attributes are the geometry, number by number. */
export const attributesOf = (info: tf.backend_util.Conv2DInfo): Attributes => ({ ...geometryOf(info) });

function record(
  backend: OnnxBackend,
  op: string,
  tensors: readonly tf.TensorInfo[],
  shape: readonly number[],
  info: tf.backend_util.Conv2DInfo,
): tf.TensorInfo {
  return backend.record(op, nodesOf(backend, tensors), shape, 'float32', attributesOf(info));
}

/** Bias and activation behind a convolution. */
function finish(backend: OnnxBackend, node: Node, bias: tf.TensorInfo | undefined, fusion: Fusion): tf.TensorInfo {
  const sum = bias ? backend.node('Add', [node, backend.nodeOf(bias)], node.shape, 'float32') : node;
  return backend.tensorOf(activate(backend, sum, fusion));
}

export const convolution: KernelTable = {
  Conv2D: ({ x, filter }, { strides, pad, dataFormat, dilations, dimRoundingMode }, backend) => {
    if (!isFloat(x, filter) || dataFormat !== 'NHWC') return null;
    const info = tf.backend_util.computeConv2DInfo(x.shape, filter.shape, strides, dilations, pad, dimRoundingMode);
    return record(backend, 'Conv2D', [x, filter], info.outShape, info);
  },

  Conv2DBackpropInput: ({ dy, filter }, { inputShape, strides, pad, dataFormat, dimRoundingMode }, backend) => {
    if (!isFloat(dy, filter) || dataFormat !== 'NHWC') return null;
    const info = tf.backend_util.computeConv2DInfo(inputShape, filter.shape, strides, 1, pad, dimRoundingMode);
    if (!tf.util.arraysEqual(dy.shape, info.outShape)) return null;
    return record(backend, 'Conv2DBackpropInput', [dy, filter], info.inShape, info);
  },

  Conv2DBackpropFilter: ({ x, dy }, { strides, pad, dataFormat, dimRoundingMode, filterShape }, backend) => {
    if (!isFloat(x, dy) || dataFormat !== 'NHWC') return null;
    const info = tf.backend_util.computeConv2DInfo(x.shape, filterShape, strides, 1, pad, dimRoundingMode);
    if (!tf.util.arraysEqual(dy.shape, info.outShape)) return null;
    return record(backend, 'Conv2DBackpropFilter', [x, dy], info.filterShape, info);
  },

  DepthwiseConv2dNative: ({ x, filter }, { strides, pad, dilations, dimRoundingMode }, backend) => {
    if (!isFloat(x, filter)) return null;
    const info = tf.backend_util.computeConv2DInfo(
      x.shape,
      filter.shape,
      strides,
      dilations ?? [1, 1],
      pad,
      dimRoundingMode,
      true,
    );
    return record(backend, 'DepthwiseConv2D', [x, filter], info.outShape, info);
  },

  DepthwiseConv2dNativeBackpropInput: ({ dy, filter }, attributes, backend) => {
    const { inputShape, strides, pad, dilations, dimRoundingMode } = attributes;
    if (!isFloat(dy, filter)) return null;
    const info = tf.backend_util.computeConv2DInfo(
      inputShape,
      filter.shape,
      strides,
      dilations ?? [1, 1],
      pad,
      dimRoundingMode,
      true,
    );
    if (!isTransposable(geometryOf(info)) || !tf.util.arraysEqual(dy.shape, info.outShape)) return null;
    return record(backend, 'DepthwiseConv2DBackpropInput', [dy, filter], info.inShape, info);
  },

  FusedConv2D: ({ x, filter, bias, preluActivationWeights }, attributes, backend) => {
    const { strides, pad, dataFormat, dilations, dimRoundingMode } = attributes;
    if (!isFloat(x, filter) || dataFormat !== 'NHWC' || !isKnownActivation(attributes.activation)) return null;
    const info = tf.backend_util.computeConv2DInfo(x.shape, filter.shape, strides, dilations, pad, dimRoundingMode);
    const node = backend.node('Conv2D', nodesOf(backend, [x, filter]), info.outShape, 'float32', attributesOf(info));
    return finish(backend, node, bias, { ...attributes, preluActivationWeights });
  },

  FusedDepthwiseConv2D: ({ x, filter, bias, preluActivationWeights }, attributes, backend) => {
    const { strides, pad, dilations, dimRoundingMode } = attributes;
    if (!isFloat(x, filter) || !isKnownActivation(attributes.activation)) return null;
    const info = tf.backend_util.computeConv2DInfo(
      x.shape,
      filter.shape,
      strides,
      dilations ?? [1, 1],
      pad,
      dimRoundingMode,
      true,
    );
    const inputs = nodesOf(backend, [x, filter]);
    const node = backend.node('DepthwiseConv2D', inputs, info.outShape, 'float32', attributesOf(info));
    return finish(backend, node, bias, { ...attributes, preluActivationWeights });
  },
};
