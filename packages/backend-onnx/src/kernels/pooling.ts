import * as tf from '@tensorflow/tfjs';
import { isFloat, type Kernel, type KernelTable, nodesOf } from './kernel.js';

function pool(op: 'MaxPool' | 'AvgPool'): Kernel {
  return ({ x }, { filterSize, strides, pad, dimRoundingMode }, backend) => {
    if (!isFloat(x)) return null;
    const info = tf.backend_util.computePool2DInfo(x.shape, filterSize, strides, 1, pad, dimRoundingMode);
    const { top, left, bottom, right } = info.padInfo;
    // onnxruntime refuses a padding as large as the window.
    if (Math.max(top, bottom) >= info.filterHeight || Math.max(left, right) >= info.filterWidth) return null;
    return backend.record(op, nodesOf(backend, [x]), info.outShape, 'float32', {
      window: [info.filterHeight, info.filterWidth],
      strides: [info.strideHeight, info.strideWidth],
      dilations: [1, 1],
      pads: [top, left, bottom, right],
    });
  };
}

export const pooling: KernelTable = { MaxPool: pool('MaxPool'), AvgPool: pool('AvgPool') };
