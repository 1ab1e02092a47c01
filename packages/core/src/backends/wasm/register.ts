import * as tf from '@tensorflow/tfjs';
import { channelsLast, conv2dBackpropFilter, conv2dBackpropInput } from './convolution.js';
import { depthwiseBackpropFilter, depthwiseBackpropInput } from './depthwise.js';
import { onCpu } from './fallback.js';
import type { WasmCall } from './heap.js';
import { maxPoolGrad } from './pooling.js';

/** Gives the wasm backend the training kernels that it lacks or has only as naive loops, and cpu's for all others it lacks. */
export function registerWasmKernels(): void {
  const own: Readonly<Record<string, tf.KernelFunc>> = {
    [tf.Conv2DBackpropFilter]: channelsLast(tf.Conv2DBackpropFilter, conv2dBackpropFilter),
    [tf.Conv2DBackpropInput]: channelsLast(tf.Conv2DBackpropInput, conv2dBackpropInput),
    [tf.DepthwiseConv2dNativeBackpropFilter]: kernel(depthwiseBackpropFilter),
    [tf.DepthwiseConv2dNativeBackpropInput]: kernel(depthwiseBackpropInput),
    [tf.MaxPoolGrad]: kernel(maxPoolGrad),
  };
  for (const [kernelName, kernelFunc] of Object.entries(own)) register(kernelName, kernelFunc);
  for (const { kernelName } of tf.getKernelsForBackend('cpu')) {
    if (tf.getKernel(kernelName, 'wasm') === undefined) register(kernelName, onCpu(kernelName));
  }
}

function register(kernelName: string, kernelFunc: tf.KernelFunc): void {
  // tfjs warns on a second registration and throws on removing what is not there.
  if (tf.getKernel(kernelName, 'wasm') !== undefined) tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({ kernelName, backendName: 'wasm', kernelFunc });
}

/** tfjs types every kernel by its most general arguments. */
function kernel(run: (call: WasmCall) => tf.TensorInfo): tf.KernelFunc {
  return run as unknown as tf.KernelFunc;
}
