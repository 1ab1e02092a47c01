import * as tf from '@tensorflow/tfjs';
import { LeakyReluGrad } from '../leaky-relu-gradient.js';
import { conv2d, conv2dBackpropFilter, conv2dBackpropInput } from './convolution.js';
import { depthwiseBackpropFilter, depthwiseBackpropInput } from './depthwise.js';
import { addBias, clipByValue, identity, leakyRelu, leakyReluGrad, swapAxes } from './elementwise.js';
import { onCpu } from './fallback.js';
import type { KernelArguments, WasmCall } from './heap.js';
import { batchMatMul } from './mat-mul.js';
import { maxPoolGrad } from './pooling.js';
import { sum } from './sum.js';

/** Kernels that the backend lacks, or has wrong or slow. */
const own: Readonly<Record<string, (call: WasmCall) => tf.TensorInfo>> = {
  [tf.BatchMatMul]: batchMatMul,
  [tf.ClipByValue]: clipByValue,
  [tf.Conv2D]: conv2d,
  [tf.Conv2DBackpropFilter]: conv2dBackpropFilter,
  [tf.Conv2DBackpropInput]: conv2dBackpropInput,
  [tf.DepthwiseConv2dNativeBackpropFilter]: depthwiseBackpropFilter,
  [tf.DepthwiseConv2dNativeBackpropInput]: depthwiseBackpropInput,
  [tf.Identity]: identity,
  [LeakyReluGrad]: leakyReluGrad,
  [tf.MaxPoolGrad]: maxPoolGrad,
};

/** Fast kernels for what training does with these; they return undefined for the rest, which stays with the backend. */
const faster: Readonly<Record<string, (call: WasmCall) => tf.TensorInfo | undefined>> = {
  [tf.Add]: addBias,
  [tf.LeakyRelu]: leakyRelu,
  [tf.Sum]: sum,
  [tf.Transpose]: swapAxes,
};

/** Calls that these kernels get wrong and that go to cpu, beside those of types that only cpu computes with. */
const wrong: Readonly<Record<string, (call: WasmCall) => boolean>> = {
  [tf.AvgPool]: paddedByNumber,
  [tf.BatchMatMul]: ({ inputs }) => Object.values(inputs).some(({ dtype }) => dtype !== 'float32'),
  [tf.Bincount]: () => true,
  [tf.Cast]: ({ attrs }) => attrs['dtype'] === 'bool',
  [tf.Conv2D]: channelsFirst,
  [tf.Conv2DBackpropFilter]: channelsFirst,
  [tf.Conv2DBackpropInput]: channelsFirst,
  [tf.DepthwiseConv2dNative]: stepsOverPixels,
  [tf.FusedConv2D]: (call) => channelsFirst(call) || broadcastsBias(call),
  [tf.FusedDepthwiseConv2D]: broadcastsBias,
  [tf._FusedMatMul]: broadcastsBias,
  [tf.MaxPool]: paddedByNumber,
};

/** These keep a tensor's data whatever its type. */
const anyType = new Set<string>([tf.Identity, tf.Reshape]);

/**
 * Gives the wasm backend the training kernels that it lacks, faster ones for what training spends its time in, and cpu's
 * for everything else that it lacks or gets wrong. Calling it again changes nothing.
 */
export function registerWasmKernels(): void {
  if (tf.getKernel(LeakyReluGrad, 'wasm') !== undefined) return;
  put(LeakyReluGrad, leakyReluGrad);
  for (const { kernelName } of tf.getKernelsForBackend('cpu')) {
    const compute = own[kernelName] ?? backendsOwn(kernelName);
    const computeOnCpu = onCpu(kernelName);
    if (compute === undefined) put(kernelName, computeOnCpu);
    else if (anyType.has(kernelName)) put(kernelName, compute);
    else put(kernelName, checked(kernelName, compute, computeOnCpu));
  }
}

type Compute = (call: WasmCall) => tf.TensorInfo | tf.TensorInfo[];

function checked(kernelName: string, compute: Compute, computeOnCpu: Compute): Compute {
  const [isWrong, special] = [wrong[kernelName], faster[kernelName]];
  return (call) => {
    if (isForeign(call) || isWrong?.(call)) return computeOnCpu(call);
    return special?.(call) ?? compute(call);
  };
}

function put(kernelName: string, compute: Compute): void {
  const present = tf.getKernel(kernelName, 'wasm');
  // tfjs warns on a second registration and throws on removing what is not there.
  if (present !== undefined) tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({ ...present, kernelName, backendName: 'wasm', kernelFunc: compute as unknown as tf.KernelFunc });
}

function backendsOwn(kernelName: string): Compute | undefined {
  const kernelFunc = tf.getKernel(kernelName, 'wasm')?.kernelFunc;
  return kernelFunc && ((call) => kernelFunc(call as unknown as KernelArguments));
}

/** Text and complex numbers: the backend keeps them, but its kernels take them for bytes of something else. */
function isForeign({ inputs, attrs }: WasmCall): boolean {
  for (const name in inputs) {
    const dtype = inputs[name]?.dtype;
    if (dtype === 'string' || dtype === 'complex64') return true;
  }
  const dtype = attrs?.['dtype'];
  return dtype === 'string' || dtype === 'complex64';
}

function channelsFirst({ attrs }: WasmCall): boolean {
  return attrs['dataFormat'] === 'NCHW';
}

/** A bias of another rank than one. */
function broadcastsBias({ inputs }: WasmCall): boolean {
  return inputs['bias'] !== undefined && inputs['bias'].shape.length !== 1;
}

/** XNNPACK computes another size than tfjs where the window does not fit evenly, and writes past the end. */
function paddedByNumber({ attrs }: WasmCall): boolean {
  return typeof attrs['pad'] === 'number' && attrs['pad'] > 0;
}

/** 'same' padding with a stride above the filter's length: XNNPACK shifts the picture. */
function stepsOverPixels({ inputs, attrs }: WasmCall): boolean {
  const [height, width] = (inputs['filter'] as tf.TensorInfo).shape as [number, number];
  const [down, across] = [attrs['strides']].flat(2) as number[];
  return attrs['pad'] === 'same' && ((down as number) > height || (across ?? (down as number)) > width);
}
