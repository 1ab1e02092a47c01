import * as tf from '@tensorflow/tfjs';
import type { ConvInfo } from './geometry.js';
import { addressOf, type WasmCall } from './heap.js';
import { Multiplier } from './multiply.js';

/** x [n, h, w, ic], filter [kh, kw, ic, oc] -> [n, oh, ow, oc]. */
export function conv2d({ inputs, attrs, backend }: WasmCall): tf.TensorInfo {
  const { x, filter } = inputs as { x: tf.TensorInfo; filter: tf.TensorInfo };
  const info = convInfo(x.shape, filter.shape, attrs, attrs['dilations'] as number);
  const out = backend.makeOutput(info.outShape as number[], 'float32');
  const [from, weights, to] = [x, filter, out].map((tensor) => addressOf(backend, tensor)) as [number, number, number];
  Multiplier.of(backend).convolve(info, from, weights, to);
  return out;
}

/** dL/dfilter of conv2d. x [n, h, w, ic], dy [n, oh, ow, oc] -> [kh, kw, ic, oc]. */
export function conv2dBackpropFilter({ inputs, attrs, backend }: WasmCall): tf.TensorInfo {
  const { x, dy } = inputs as { x: tf.TensorInfo; dy: tf.TensorInfo };
  const info = convInfo(x.shape, attrs['filterShape'] as number[], attrs);
  const dw = backend.makeOutput(info.filterShape as number[], 'float32');
  const [from, up, to] = [x, dy, dw].map((tensor) => addressOf(backend, tensor)) as [number, number, number];
  Multiplier.of(backend).convolveFilter(info, from, up, to);
  return dw;
}

/** dL/dx of conv2d, and conv2dTranspose. dy [n, oh, ow, oc], filter [kh, kw, ic, oc] -> [n, h, w, ic]. */
export function conv2dBackpropInput({ inputs, attrs, backend }: WasmCall): tf.TensorInfo {
  const { dy, filter } = inputs as { dy: tf.TensorInfo; filter: tf.TensorInfo };
  const info = convInfo(attrs['inputShape'] as number[], filter.shape, attrs);
  const dx = backend.makeOutput(info.inShape as number[], 'float32');
  const [up, weights, to] = [dy, filter, dx].map((tensor) => addressOf(backend, tensor)) as [number, number, number];
  Multiplier.of(backend).convolveBack(info, dy.shape, up, weights, to);
  return dx;
}

function convInfo(inShape: number[], filterShape: number[], attrs: WasmCall['attrs'], dilations = 1): ConvInfo {
  return tf.backend_util.computeConv2DInfo(
    inShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    attrs['strides'] as number,
    dilations,
    attrs['pad'] as 'same',
    attrs['dimRoundingMode'] as 'floor',
    false,
    'channelsLast',
  );
}
