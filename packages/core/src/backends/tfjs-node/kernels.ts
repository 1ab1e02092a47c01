import * as tf from '@tensorflow/tfjs';
import { LeakyReluGrad } from '../leaky-relu-gradient.js';
import { operation, type TensorFlowBackend } from './tensorflow.js';

interface Call {
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly backend: TensorFlowBackend;
}
type Kernel = (call: Call) => tf.TensorInfo | undefined;

const mark = Symbol.for('@fsae/core/tfjs-node-kernel');

/**
 * Lets patterns that models write in plain tfjs reach TensorFlow's own operations for them, 1.1 to 3 times as fast: adding
 * a bias, its gradient, and that of LeakyReLU. The general kernels stay for everything else. DepthToSpace is not among
 * them: it is faster than TensorFlow's transpose for some shapes and slower for others.
 */
export function registerTensorFlowKernels(): void {
  replace(tf.Add, addBias);
  replace(tf.Sum, sumToChannels);
  if (tf.getKernel(LeakyReluGrad, 'tensorflow') === undefined) {
    tf.registerKernel({
      kernelName: LeakyReluGrad,
      backendName: 'tensorflow',
      kernelFunc: leakyReluGrad as unknown as tf.KernelFunc,
    });
  }
}

function replace(kernelName: string, special: Kernel): void {
  const config = tf.getKernel(kernelName, 'tensorflow');
  if (mark in config) return;
  tf.unregisterKernel(kernelName, 'tensorflow');
  const general = config.kernelFunc;
  const kernelFunc = ((call: Call) => special(call) ?? general(call as never)) as unknown as tf.KernelFunc;
  tf.registerKernel(Object.assign({ ...config, kernelFunc }, { [mark]: true }));
}

/** [..., c] + [c]. */
const addBias: Kernel = ({ inputs, backend }) => {
  const { a, b } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
  const fits = a.shape.length > 1 && b.shape.length === 1 && a.shape.at(-1) === b.shape[0];
  if (!fits || a.dtype !== 'float32' || b.dtype !== 'float32') return undefined;
  return operation(backend, 'BiasAdd', [a, b], (list) => list.float32().string('data_format', 'NHWC'));
};

/** [..., c] -> [c]: the gradient of the above. */
const sumToChannels: Kernel = ({ inputs, attrs, backend }) => {
  const { x } = inputs as { x: tf.TensorInfo };
  const axes = tf.util.parseAxisParam(attrs['axis'] as number | number[], x.shape).sort((a, b) => a - b);
  const all = x.shape.length > 1 && axes.length === x.shape.length - 1 && axes.every((axis, i) => axis === i);
  if (!all || x.dtype !== 'float32' || attrs['keepDims'] === true) return undefined;
  return operation(backend, 'BiasAddGrad', [x], (list) => list.float32().string('data_format', 'NHWC'));
};

function leakyReluGrad({ inputs, attrs, backend }: Call): tf.TensorInfo {
  const { dy, x } = inputs as { dy: tf.TensorInfo; x: tf.TensorInfo };
  return operation(backend, 'LeakyReluGrad', [dy, x], (list) =>
    list.float32().float('alpha', attrs['alpha'] as number),
  );
}
