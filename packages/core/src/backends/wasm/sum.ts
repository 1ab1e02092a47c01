import * as tf from '@tensorflow/tfjs';
import { addressOf, type WasmCall } from './heap.js';
import { programOf, type Run } from './simd/program.js';

/** Sums over leading axes (the gradient of a bias) or trailing ones, float32; nothing else. */
export function sum({ inputs, attrs, backend }: WasmCall): tf.TensorInfo | undefined {
  const { x } = inputs as { x: tf.TensorInfo };
  if (x.dtype !== 'float32') return undefined;
  const rank = x.shape.length;
  const axes = [...tf.util.parseAxisParam(attrs['axis'] as number | number[], x.shape)].sort((a, b) => a - b);
  const trailing = axes.every((axis, i) => axis === rank - axes.length + i);
  const leading = axes.every((axis, i) => axis === i);
  if (!trailing && !leading) return undefined;
  const [kept, reduced] = tf.backend_util.computeOutAndReduceShapes(x.shape, axes);
  const shape = attrs['keepDims'] === true ? tf.backend_util.expandShapeToKeepDim(kept, axes) : kept;
  const out = backend.makeOutput(shape, 'float32');
  const [keptSize, reducedSize] = [tf.util.sizeFromShape(kept), tf.util.sizeFromShape(reduced)];
  const { sumRows, sumColumns } = programOf(backend).run as Readonly<Record<string, Run>>;
  const [from, to] = [addressOf(backend, x), addressOf(backend, out)];
  if (trailing) (sumRows as Run)(from, to, keptSize, 4 * reducedSize);
  else (sumColumns as Run)(from, to, reducedSize, 4 * keptSize);
  return out;
}
