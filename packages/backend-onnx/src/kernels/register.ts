import * as tf from '@tensorflow/tfjs';
import type { OnnxBackend } from '../backend.js';
import { convolution } from './convolution.js';
import { elementwise } from './elementwise.js';
import type { Kernel, KernelTable } from './kernel.js';
import { matmul } from './matmul.js';
import { normalization } from './normalization.js';
import { pooling } from './pooling.js';
import { reduction } from './reduction.js';
import { shape } from './shape.js';

const kernels: KernelTable = {
  ...elementwise,
  ...reduction,
  ...convolution,
  ...pooling,
  ...normalization,
  ...matmul,
  ...shape,
};

/** Registers every kernel of the cpu backend for `backendName`: recorded where there is a lowering, run on the cpu elsewhere. */
export function registerKernels(backendName: string): void {
  const names = new Set([
    ...tf.getKernelsForBackend('cpu').map((kernel) => kernel.kernelName),
    ...Object.keys(kernels),
  ]);
  for (const kernelName of names) {
    if (tf.getKernel(kernelName, backendName) !== undefined) continue;
    tf.registerKernel({ kernelName, backendName, kernelFunc: kernelFunction(kernelName, kernels[kernelName]) });
  }
}

function kernelFunction(kernelName: string, kernel: Kernel | undefined): tf.KernelFunc {
  return ({ inputs, attrs, backend }) => {
    const onnx = backend as OnnxBackend;
    const attributes = attrs ?? {};
    const recorded = kernel === undefined || isEmpty(inputs) ? null : kernel(inputs, attributes, onnx);
    return recorded ?? onnx.runOnCpu(kernelName, inputs, attributes);
  };
}

/** onnxruntime has its own ideas about tensors without elements. */
function isEmpty(inputs: tf.NamedTensorInfoMap): boolean {
  for (const name in inputs) {
    const tensor = inputs[name];
    if (tensor?.shape?.includes(0)) return true;
  }
  return false;
}
