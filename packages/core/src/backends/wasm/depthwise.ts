import * as tf from '@tensorflow/tfjs';
import { floats, type WasmCall } from './heap.js';

type ConvInfo = ReturnType<typeof tf.backend_util.computeConv2DInfo>;

/** dL/dfilter of depthwiseConv2d. x [n, h, w, c], dy [n, oh, ow, c * m] -> [kh, kw, c, m]; dilations included. */
export function depthwiseBackpropFilter({ inputs, attrs, backend }: WasmCall): tf.TensorInfo {
  const { x, dy } = inputs as { x: tf.TensorInfo; dy: tf.TensorInfo };
  const info = depthwiseInfo(x.shape, attrs['filterShape'] as number[], attrs);
  const dw = backend.makeOutput(info.filterShape as number[], 'float32');
  const [from, up, sum] = [floats(backend, x), floats(backend, dy), floats(backend, dw).fill(0)];
  const { inChannels, outChannels } = info;
  const multiplier = outChannels / inChannels;
  eachTap(info, (pixel, tap, out) => {
    const [at, to, top] = [pixel * inChannels, tap * outChannels, out * outChannels];
    for (let c = 0, k = 0; c < inChannels; c++) {
      const value = from[at + c] as number;
      for (let q = 0; q < multiplier; q++, k++) sum[to + k] = (sum[to + k] as number) + value * (up[top + k] as number);
    }
  });
  return dw;
}

/** dL/dx of depthwiseConv2d. dy [n, oh, ow, c * m], filter [kh, kw, c, m] -> [n, h, w, c]; dilations included. */
export function depthwiseBackpropInput({ inputs, attrs, backend }: WasmCall): tf.TensorInfo {
  const { dy, filter } = inputs as { dy: tf.TensorInfo; filter: tf.TensorInfo };
  const info = depthwiseInfo(attrs['inputShape'] as number[], filter.shape, attrs);
  const dx = backend.makeOutput(info.inShape as number[], 'float32');
  const [up, weights, sum] = [floats(backend, dy), floats(backend, filter), floats(backend, dx).fill(0)];
  const { inChannels, outChannels } = info;
  const multiplier = outChannels / inChannels;
  eachTap(info, (pixel, tap, out) => {
    const [to, at, top] = [pixel * inChannels, tap * outChannels, out * outChannels];
    for (let c = 0, k = 0; c < inChannels; c++) {
      let value = sum[to + c] as number;
      for (let q = 0; q < multiplier; q++, k++) value += (up[top + k] as number) * (weights[at + k] as number);
      sum[to + c] = value;
    }
  });
  return dx;
}

/** Visits every pair of output pixel and filter tap that meets a pixel of x. */
function eachTap(info: ConvInfo, visit: (pixel: number, tap: number, out: number) => void): void {
  const { batchSize, inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth, padInfo } = info;
  for (let b = 0, out = 0; b < batchSize; b++) {
    for (let oy = 0; oy < outHeight; oy++) {
      for (let ox = 0; ox < outWidth; ox++, out++) {
        for (let i = 0; i < filterHeight; i++) {
          const y = oy * info.strideHeight + i * info.dilationHeight - padInfo.top;
          if (y < 0 || y >= inHeight) continue;
          for (let j = 0; j < filterWidth; j++) {
            const x = ox * info.strideWidth + j * info.dilationWidth - padInfo.left;
            if (x >= 0 && x < inWidth) visit((b * inHeight + y) * inWidth + x, i * filterWidth + j, out);
          }
        }
      }
    }
  }
}

function depthwiseInfo(inShape: number[], filterShape: number[], attrs: WasmCall['attrs']): ConvInfo {
  return tf.backend_util.computeConv2DInfo(
    inShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    attrs['strides'] as number,
    attrs['dilations'] as number,
    attrs['pad'] as 'same',
    attrs['dimRoundingMode'] as 'floor',
    true,
  );
}
