import * as tf from '@tensorflow/tfjs';
import { onCpu } from './fallback.js';
import { type BackendWasm, floats, reshaped, runKernel, type WasmCall } from './heap.js';

type ConvInfo = ReturnType<typeof tf.backend_util.computeConv2DInfo>;

/** dL/dfilter of conv2d: the patches of x, transposed, times dy. x [n, h, w, ic], dy [n, oh, ow, oc] -> [kh, kw, ic, oc]. */
export function conv2dBackpropFilter(call: WasmCall): tf.TensorInfo {
  const { inputs, attrs, backend } = call;
  const { x, dy } = inputs as { x: tf.TensorInfo; dy: tf.TensorInfo };
  const info = convInfo(x.shape, attrs['filterShape'], attrs);
  const rows = info.batchSize * info.outHeight * info.outWidth;
  const patch = info.filterHeight * info.filterWidth * info.inChannels;
  const patches = patchesOf(backend, x, info);
  const product = multiply(
    backend,
    reshaped(patches, [1, rows, patch]),
    reshaped(dy, [1, rows, info.outChannels]),
    true,
    false,
  );
  backend.disposeData(patches.dataId);
  return reshaped(product, info.filterShape as number[]);
}

/** dL/dx of conv2d: dy times the filter, transposed, scattered back. dy [n, oh, ow, oc], filter [kh, kw, ic, oc] -> [n, h, w, ic]. */
export function conv2dBackpropInput(call: WasmCall): tf.TensorInfo {
  const { inputs, attrs, backend } = call;
  const { dy, filter } = inputs as { dy: tf.TensorInfo; filter: tf.TensorInfo };
  const info = convInfo(attrs['inputShape'] as number[], filter.shape, attrs);
  const rows = info.batchSize * info.outHeight * info.outWidth;
  const patch = info.filterHeight * info.filterWidth * info.inChannels;
  const patches = multiply(
    backend,
    reshaped(dy, [1, rows, info.outChannels]),
    reshaped(filter, [1, patch, info.outChannels]),
    false,
    true,
  );
  const dx = backend.makeOutput(info.inShape as number[], 'float32');
  const source = floats(backend, reshaped(patches, [rows * patch]));
  const sum = floats(backend, dx).fill(0);
  const channels = info.inChannels;
  eachPatchPixel(info, (pixel, at) => {
    const to = pixel * channels;
    for (let c = 0; c < channels; c++) sum[to + c] = (sum[to + c] as number) + (source[at + c] as number);
  });
  backend.disposeData(patches.dataId);
  return dx;
}

function patchesOf(backend: BackendWasm, x: tf.TensorInfo, info: ConvInfo): tf.TensorInfo {
  const rows = info.batchSize * info.outHeight * info.outWidth;
  const patches = backend.makeOutput([rows, info.filterHeight * info.filterWidth * info.inChannels], 'float32');
  const source = floats(backend, x);
  const to = floats(backend, patches).fill(0);
  const channels = info.inChannels;
  eachPatchPixel(info, (pixel, at) => {
    const from = pixel * channels;
    for (let c = 0; c < channels; c++) to[at + c] = source[from + c] as number;
  });
  return patches;
}

/** Visits every pixel of x under every filter tap: its index, and where the tap starts in the matrix of patches. */
function eachPatchPixel(info: ConvInfo, visit: (pixel: number, at: number) => void): void {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, filterHeight, filterWidth, padInfo } = info;
  let at = 0;
  for (let b = 0; b < batchSize; b++) {
    for (let oy = 0; oy < outHeight; oy++) {
      for (let ox = 0; ox < outWidth; ox++) {
        for (let i = 0; i < filterHeight; i++) {
          const y = oy * info.strideHeight + i - padInfo.top;
          for (let j = 0; j < filterWidth; j++, at += inChannels) {
            const x = ox * info.strideWidth + j - padInfo.left;
            if (y >= 0 && y < inHeight && x >= 0 && x < inWidth) visit((b * inHeight + y) * inWidth + x, at);
          }
        }
      }
    }
  }
}

function multiply(
  backend: BackendWasm,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  transposeA: boolean,
  transposeB: boolean,
): tf.TensorInfo {
  return runKernel(backend, 'BatchMatMul', { a, b }, { transposeA, transposeB });
}

function convInfo(inShape: number[], filterShape: unknown, attrs: WasmCall['attrs']): ConvInfo {
  return tf.backend_util.computeConv2DInfo(
    inShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    attrs['strides'] as number,
    1,
    attrs['pad'] as 'same',
    attrs['dimRoundingMode'] as 'floor',
    false,
    'channelsLast',
  );
}

/** Runs `kernel` for pictures with channels last, the layout of fsae, and the cpu kernel for the other. */
export function channelsLast(kernelName: string, kernel: (call: WasmCall) => tf.TensorInfo): tf.KernelFunc {
  const otherwise = onCpu(kernelName);
  const run = (call: WasmCall) => {
    const { dataFormat } = call.attrs;
    return dataFormat === undefined || dataFormat === 'NHWC'
      ? kernel(call)
      : otherwise(call as unknown as Parameters<tf.KernelFunc>[0]);
  };
  return run as unknown as tf.KernelFunc;
}
