import type * as tf from '@tensorflow/tfjs';
import { addressOf, type BackendWasm, type WasmCall } from './heap.js';
import { programOf, type Run } from './simd/program.js';

/** The same values under a new name; the backend's own kernel copies them, hundreds of times per training step. */
export function identity({ inputs, backend }: WasmCall): tf.TensorInfo {
  const { x } = inputs as { x: tf.TensorInfo };
  backend.incRef(x.dataId);
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
}

/** x > 0 ? x : alpha x. */
export function leakyRelu({ inputs, attrs, backend }: WasmCall): tf.TensorInfo | undefined {
  const { x } = inputs as { x: tf.TensorInfo };
  if (x.dtype !== 'float32') return undefined;
  const out = backend.makeOutput(x.shape, 'float32');
  run(backend, 'leakyRelu', [x, out], bytesOf(x), attrs['alpha'] as number);
  return out;
}

/** x > 0 ? dy : alpha dy. */
export function leakyReluGrad({ inputs, attrs, backend }: WasmCall): tf.TensorInfo {
  const { dy, x } = inputs as { dy: tf.TensorInfo; x: tf.TensorInfo };
  const out = backend.makeOutput(x.shape, 'float32');
  run(backend, 'leakyReluGrad', [x, dy, out], bytesOf(x), attrs['alpha'] as number);
  return out;
}

/** min(max(x, low), high), NaN for NaN: the backend's own kernel makes `low` of it, and a diverged loss looks sound. */
export function clipByValue({ inputs, attrs, backend }: WasmCall): tf.TensorInfo {
  const { x } = inputs as { x: tf.TensorInfo };
  const { clipValueMin, clipValueMax } = attrs as { clipValueMin: number; clipValueMax: number };
  const out = backend.makeOutput(x.shape, x.dtype);
  const [from, to] = [backend.typedArrayFromHeap(x), backend.typedArrayFromHeap(out)];
  for (let i = 0; i < from.length; i++) to[i] = Math.min(Math.max(from[i] as number, clipValueMin), clipValueMax);
  return out;
}

/** [..., c] + [c]; nothing else. */
export function addBias({ inputs, backend }: WasmCall): tf.TensorInfo | undefined {
  const { a, b } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
  const fits = a.shape.length > 1 && b.shape.length === 1 && a.shape.at(-1) === b.shape[0];
  if (!fits || a.dtype !== 'float32' || b.dtype !== 'float32') return undefined;
  const out = backend.makeOutput(a.shape, 'float32');
  run(backend, 'addBias', [a, out], bytesOf(a), addressOf(backend, b), bytesOf(b));
  return out;
}

/** A transpose that swaps two neighbouring groups of axes and keeps blocks of at least four floats: pixel shuffle. */
export function swapAxes({ inputs, attrs, backend }: WasmCall): tf.TensorInfo | undefined {
  const { x } = inputs as { x: tf.TensorInfo };
  const swap = x.dtype === 'float32' ? asSwap(x.shape, attrs['perm'] as readonly number[]) : undefined;
  if (swap === undefined || swap.block < 4) return undefined;
  const out = backend.makeOutput(swap.shape, 'float32');
  run(backend, 'swapAxes', [x, out], swap.outer, swap.a, swap.b, 4 * swap.block);
  return out;
}

interface Swap {
  readonly shape: number[];
  readonly outer: number;
  readonly a: number;
  readonly b: number;
  readonly block: number;
}

/** Axes [outer, a, b, block] -> [outer, b, a, block], each a group of axes in their order. */
function asSwap(shape: readonly number[], perm: readonly number[]): Swap | undefined {
  const first = perm.findIndex((axis, i) => axis !== i);
  const last = perm.findLastIndex((axis, i) => axis !== i);
  if (first === -1) return undefined;
  const middle = perm.indexOf(first);
  const rotated = [...perm.slice(middle, last + 1), ...perm.slice(first, middle)];
  if (rotated.some((axis, i) => axis !== first + i)) return undefined;
  const length = (from: number, to: number) => perm.slice(from, to).reduce((n, axis) => n * (shape[axis] as number), 1);
  return {
    shape: perm.map((axis) => shape[axis] as number),
    outer: length(0, first),
    a: length(middle, last + 1),
    b: length(first, middle),
    block: length(last + 1, perm.length),
  };
}

function run(backend: BackendWasm, name: string, tensors: readonly tf.TensorInfo[], ...rest: number[]): void {
  const addresses = tensors.map((tensor) => addressOf(backend, tensor));
  (programOf(backend).run[name] as Run)(...addresses, ...rest);
}

function bytesOf({ shape }: tf.TensorInfo): number {
  return 4 * shape.reduce((product, length) => product * length, 1);
}
