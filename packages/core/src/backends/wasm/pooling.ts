import * as tf from '@tensorflow/tfjs';
import { floats, type WasmCall } from './heap.js';

/**
 * dL/dx of maxPool: dy goes to the first maximum of each window, as on cpu. The backend's own kernel (4.22) is wrong
 * where windows overlap. x [n, h, w, c], dy [n, oh, ow, c] -> [n, h, w, c].
 */
export function maxPoolGrad({ inputs, attrs, backend }: WasmCall): tf.TensorInfo {
  const { dy, input } = inputs as { dy: tf.TensorInfo; input: tf.TensorInfo };
  const info = tf.backend_util.computePool2DInfo(
    input.shape as [number, number, number, number],
    attrs['filterSize'] as number,
    attrs['strides'] as number,
    1,
    attrs['pad'] as 'same',
    attrs['dimRoundingMode'] as 'floor',
  );
  const dx = backend.makeOutput(input.shape, 'float32');
  const [values, up, sum] = [floats(backend, input), floats(backend, dy), floats(backend, dx).fill(0)];
  const { batchSize, inHeight, inWidth, inChannels: channels, outHeight, outWidth } = info;
  for (let b = 0, out = 0; b < batchSize; b++) {
    for (let oy = 0; oy < outHeight; oy++) {
      const top = oy * info.strideHeight - info.padInfo.top;
      const [y0, y1] = [Math.max(0, top), Math.min(inHeight, top + info.effectiveFilterHeight)];
      for (let ox = 0; ox < outWidth; ox++) {
        const left = ox * info.strideWidth - info.padInfo.left;
        const [x0, x1] = [Math.max(0, left), Math.min(inWidth, left + info.effectiveFilterWidth)];
        for (let c = 0; c < channels; c++, out++) {
          let best = Number.NEGATIVE_INFINITY;
          let at = -1;
          for (let y = y0; y < y1; y++) {
            for (let x = x0; x < x1; x++) {
              const from = ((b * inHeight + y) * inWidth + x) * channels + c;
              const value = values[from] as number;
              if (value > best) [best, at] = [value, from];
            }
          }
          if (at >= 0) sum[at] = (sum[at] as number) + (up[out] as number);
        }
      }
    }
  }
  return dx;
}
