import * as tf from '@tensorflow/tfjs';
import { isTransposable } from '../lowering/geometry.js';
import { attributesOf, geometryOf } from './convolution.js';
import { isFloat, type Kernel, type KernelTable, nodesOf } from './kernel.js';

/** onnxruntime refuses a padding as large as the window. */
function isAllowed({ padInfo, filterHeight, filterWidth }: tf.backend_util.Conv2DInfo): boolean {
  return Math.max(padInfo.top, padInfo.bottom) < filterHeight && Math.max(padInfo.left, padInfo.right) < filterWidth;
}

function pool(op: 'MaxPool' | 'AvgPool'): Kernel {
  return ({ x }, { filterSize, strides, pad, dimRoundingMode }, backend) => {
    if (!isFloat(x)) return null;
    const info = tf.backend_util.computePool2DInfo(x.shape, filterSize, strides, 1, pad, dimRoundingMode);
    if (!isAllowed(info)) return null;
    return backend.record(op, nodesOf(backend, [x]), info.outShape, 'float32', attributesOf(info));
  };
}

export const pooling: KernelTable = {
  MaxPool: pool('MaxPool'),
  AvgPool: pool('AvgPool'),

  MaxPoolGrad: ({ dy, input }, { filterSize, strides, pad, dimRoundingMode }, backend) => {
    if (!isFloat(dy, input)) return null;
    const info = tf.backend_util.computePool2DInfo(input.shape, filterSize, strides, 1, pad, dimRoundingMode);
    if (!isAllowed(info)) return null;
    return backend.record('MaxPoolGrad', nodesOf(backend, [dy, input]), info.inShape, 'float32', attributesOf(info));
  },

  AvgPoolGrad: ({ dy, input }, { filterSize, strides, pad }, backend) => {
    if (!isFloat(dy, input)) return null;
    const info = tf.backend_util.computePool2DInfo(input.shape, filterSize, strides, 1, pad);
    if (!isTransposable(geometryOf(info))) return null;
    return backend.record('AvgPoolGrad', nodesOf(backend, [dy]), info.inShape, 'float32', attributesOf(info));
  },
};
