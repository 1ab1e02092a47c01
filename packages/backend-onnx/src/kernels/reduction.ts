import * as tf from '@tensorflow/tfjs';
import { isFloat, isNumeric, type Kernel, type KernelTable, nodesOf } from './kernel.js';

type Accepts = (x: tf.TensorInfo) => boolean;

function reduce(op: string, accepts: Accepts): Kernel {
  return ({ x }, { axis, reductionIndices, keepDims }, backend) => {
    if (!accepts(x)) return null;
    // Max calls its axes differently from all the others.
    const axes = tf.util.parseAxisParam(reductionIndices ?? axis, x.shape);
    const [outShape] = tf.backend_util.computeOutAndReduceShapes(x.shape, axes);
    const shape = keepDims ? tf.backend_util.expandShapeToKeepDim(outShape, axes) : outShape;
    return backend.record(op, nodesOf(backend, [x]), shape, x.dtype, { axes, keepDims: Boolean(keepDims) });
  };
}

function arg(op: string): Kernel {
  return ({ x }, { axis }, backend) => {
    if (!isFloat(x)) return null;
    const [reduced] = tf.util.parseAxisParam(axis, x.shape) as [number];
    const shape = x.shape.filter((_: number, index: number) => index !== reduced);
    return backend.record(op, nodesOf(backend, [x]), shape, 'int32', { axis: reduced });
  };
}

export const reduction: KernelTable = {
  Sum: reduce('Sum', isNumeric),
  Mean: reduce('Mean', isFloat),
  Max: reduce('Max', isFloat),
  Min: reduce('Min', isFloat),
  Prod: reduce('Prod', isFloat),
  Any: reduce('Any', (x) => x.dtype === 'bool'),
  All: reduce('All', (x) => x.dtype === 'bool'),
  ArgMax: arg('ArgMax'),
  ArgMin: arg('ArgMin'),

  Softmax: ({ logits }, { dim }, backend) =>
    isFloat(logits) && (dim === -1 || dim === logits.shape.length - 1)
      ? backend.record('Softmax', nodesOf(backend, [logits]), logits.shape, 'float32')
      : null,

  Cumsum: ({ x }, { axis, exclusive, reverse }, backend) =>
    isFloat(x)
      ? backend.record('Cumsum', nodesOf(backend, [x]), x.shape, 'float32', {
          axis: tf.util.parseAxisParam(axis, x.shape)[0]!,
          exclusive: Boolean(exclusive),
          reverse: Boolean(reverse),
        })
      : null,
};
