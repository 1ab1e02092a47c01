import * as tf from '@tensorflow/tfjs';
import { LeakyReluGrad } from '../leaky-relu-gradient.js';
import { channelsLast, conv2d, conv2dBackpropFilter, conv2dBackpropInput } from './convolution.js';
import { depthwiseBackpropFilter, depthwiseBackpropInput } from './depthwise.js';
import { addBias, identity, leakyRelu, leakyReluGrad, swapAxes } from './elementwise.js';
import { onCpu } from './fallback.js';
import type { KernelArguments, WasmCall } from './heap.js';
import { batchMatMul } from './mat-mul.js';
import { maxPoolGrad } from './pooling.js';
import { sum } from './sum.js';

const own = Symbol.for('@fsae/core/wasm-kernel');

/**
 * Gives the wasm backend the training kernels that it lacks, faster ones for what training spends its time in, and cpu's
 * for all others that it lacks. Calling it again changes nothing.
 */
export function registerWasmKernels(): void {
  put(tf.BatchMatMul, batchMatMul());
  put(tf.Conv2D, channelsLast(tf.Conv2D, conv2d));
  put(tf.Conv2DBackpropFilter, channelsLast(tf.Conv2DBackpropFilter, conv2dBackpropFilter));
  put(tf.Conv2DBackpropInput, channelsLast(tf.Conv2DBackpropInput, conv2dBackpropInput));
  put(tf.DepthwiseConv2dNativeBackpropFilter, depthwiseBackpropFilter as unknown as tf.KernelFunc);
  put(tf.DepthwiseConv2dNativeBackpropInput, depthwiseBackpropInput as unknown as tf.KernelFunc);
  put(tf.MaxPoolGrad, maxPoolGrad as unknown as tf.KernelFunc);
  put(tf.Identity, identity as unknown as tf.KernelFunc);
  put(LeakyReluGrad, leakyReluGrad as unknown as tf.KernelFunc);
  putBefore(tf.LeakyRelu, leakyRelu);
  putBefore(tf.Add, addBias);
  putBefore(tf.Sum, sum);
  putBefore(tf.Transpose, swapAxes);
  for (const kernelName of complexOnCpu) putBefore(kernelName, complex(kernelName));
  for (const { kernelName } of tf.getKernelsForBackend('cpu')) {
    if (tf.getKernel(kernelName, 'wasm') === undefined) put(kernelName, onCpu(kernelName));
  }
}

/** Kernels that take complex numbers on cpu; wasm has them for real ones only and would compute nonsense. */
const complexOnCpu = [tf.Add, tf.Sub, tf.Multiply, tf.Cast, tf.Concat, tf.OnesLike, tf.ZerosLike];

function complex(kernelName: string) {
  const compute = onCpu(kernelName);
  return (call: WasmCall) => {
    const involved = [call.attrs?.['dtype'], ...Object.values(call.inputs).map(({ dtype }) => dtype)];
    if (!involved.includes('complex64')) return undefined;
    return compute(call as unknown as KernelArguments) as tf.TensorInfo;
  };
}

/** Registers a kernel in place of the present one, if there is one. */
function put(kernelName: string, kernelFunc: tf.KernelFunc): void {
  const present = tf.getKernel(kernelName, 'wasm');
  if (present !== undefined && own in present) return;
  // tfjs warns on a second registration and throws on removing what is not there.
  if (present !== undefined) tf.unregisterKernel(kernelName, 'wasm');
  const { setupFunc } = present ?? {};
  const config = { kernelName, backendName: 'wasm', kernelFunc, ...(setupFunc === undefined ? {} : { setupFunc }) };
  tf.registerKernel(Object.assign(config, { [own]: true }));
}

/** Registers a kernel for special cases; it returns undefined for all others, which stay with the present kernel. */
function putBefore(kernelName: string, special: (call: WasmCall) => tf.TensorInfo | undefined): void {
  const { kernelFunc } = tf.getKernel(kernelName, 'wasm');
  const both = (call: WasmCall) => special(call) ?? kernelFunc(call as unknown as KernelArguments);
  put(kernelName, both as unknown as tf.KernelFunc);
}
