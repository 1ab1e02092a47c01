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
 * Lets patterns that models write in plain tfjs reach TensorFlow's own operations for them: adding a bias and its
 * gradient, pixel shuffle and its inverse. The patterns' general kernels stay for everything else.
 */
export function registerTensorFlowKernels(): void {
  replace(tf.Add, addBias);
  replace(tf.Sum, sumToChannels);
  replace(tf.Transpose, shufflePixels);
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

/** Depth to space and back, as reshape-transpose-reshape writes them: [n, h, w, 2, 2, c] <-> [n, h, 2, w, 2, c]. */
const shufflePixels: Kernel = ({ inputs, attrs, backend }) => {
  const { x } = inputs as { x: tf.TensorInfo };
  const perm = attrs['perm'] as readonly number[];
  if (x.dtype !== 'float32' || perm.join() !== '0,1,3,2,4,5') return undefined;
  const [n, d1, d2, d3, d4, c] = x.shape as [number, number, number, number, number, number];
  const open = d3 === d4;
  const block = open ? d3 : d2;
  if (d4 !== block || block < 2) return undefined;
  const [rows, columns] = [d1, open ? d2 : d3];
  const folded = [n, rows, columns, block * block * c];
  const unfolded = [n, rows * block, columns * block, c];
  const flat = reshape(backend, x, open ? folded : unfolded);
  const shuffled = operation(backend, open ? 'DepthToSpace' : 'SpaceToDepth', [flat], (list) =>
    list.float32().integer('block_size', block).string('data_format', 'NHWC'),
  );
  const out = reshape(
    backend,
    shuffled,
    perm.map((axis) => x.shape[axis] as number),
  );
  flat.dispose();
  shuffled.dispose();
  return out;
};

function reshape(backend: TensorFlowBackend, x: tf.TensorInfo, shape: number[]): tf.Tensor {
  const call = { inputs: { x }, attrs: { shape }, backend };
  return tf.getKernel(tf.Reshape, 'tensorflow').kernelFunc(call as never) as unknown as tf.Tensor;
}

function leakyReluGrad({ inputs, attrs, backend }: Call): tf.TensorInfo {
  const { dy, x } = inputs as { dy: tf.TensorInfo; x: tf.TensorInfo };
  return operation(backend, 'LeakyReluGrad', [dy, x], (list) =>
    list.float32().float('alpha', attrs['alpha'] as number),
  );
}
