import { isFloat, type KernelTable } from './kernel.js';

export const normalization: KernelTable = {
  /** scale (x - mean) / sqrt(variance + epsilon) + offset, as nodes of their own. */
  FusedBatchNorm: ({ x, mean, variance, scale, offset }, { varianceEpsilon }, backend) => {
    const given = [x, mean, variance, scale, offset].filter(Boolean);
    if (!isFloat(...given)) return null;
    const [xNode, meanNode, varianceNode] = [x, mean, variance].map((tensor) => backend.nodeOf(tensor));
    const epsilon = backend.scalar(varianceEpsilon ?? 0.001, 'float32');
    const padded = backend.node('Add', [varianceNode!, epsilon], variance.shape, 'float32');
    let factor = backend.node('Rsqrt', [padded], variance.shape, 'float32');
    if (scale) factor = backend.node('Multiply', [factor, backend.nodeOf(scale)], variance.shape, 'float32');
    const centred = backend.node('Sub', [xNode!, meanNode!], x.shape, 'float32');
    const scaled = backend.node('Multiply', [centred, factor], x.shape, 'float32');
    const result = offset ? backend.node('Add', [scaled, backend.nodeOf(offset)], x.shape, 'float32') : scaled;
    return backend.tensorOf(result);
  },
};
