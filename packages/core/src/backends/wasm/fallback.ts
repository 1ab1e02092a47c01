import * as tf from '@tensorflow/tfjs';
import type { WasmCall } from './heap.js';

interface HostBackend {
  write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId;
  readSync(dataId: tf.DataId): tf.backend_util.BackendValues;
  disposeData(dataId: tf.DataId): boolean;
}

/**
 * A wasm kernel that copies its inputs out of the heap, runs the cpu kernel of the same name and copies the results back:
 * slow and right, so that any program of the cpu backend runs on wasm too.
 */
export function onCpu(kernelName: string): tf.KernelFunc {
  const { kernelFunc } = tf.getKernel(kernelName, 'cpu');
  const run = ({ inputs, attrs, backend }: WasmCall): tf.TensorInfo | tf.TensorInfo[] => {
    const cpu = tf.engine().findBackend('cpu') as unknown as HostBackend;
    // By name, or in a list (Einsum): a list stays one.
    const there: Record<string, tf.TensorInfo> = Array.isArray(inputs) ? ([] as never) : {};
    for (const [name, { dataId, shape, dtype }] of Object.entries(inputs)) {
      there[name] = { dataId: writeTo(cpu, backend.readSync(dataId), shape, dtype), shape, dtype };
    }
    const outputs = kernelFunc({ inputs: there, attrs, backend: cpu } as unknown as Parameters<tf.KernelFunc>[0]);
    const back = (output: tf.TensorInfo) => {
      const copy = { ...output, dataId: backend.write(cpu.readSync(output.dataId), output.shape, output.dtype) };
      cpu.disposeData(output.dataId);
      return copy;
    };
    const results = Array.isArray(outputs) ? outputs.map(back) : back(outputs);
    for (const { dataId } of Object.values(there)) cpu.disposeData(dataId);
    return results;
  };
  return run as unknown as tf.KernelFunc;
}

/** The cpu backend keeps complex tensors as two real ones; the heap holds them interleaved. */
function writeTo(
  cpu: HostBackend,
  values: tf.backend_util.BackendValues,
  shape: number[],
  dtype: tf.DataType,
): tf.DataId {
  if (dtype !== 'complex64') return cpu.write(values, shape, dtype);
  const parts = tf.backend_util.splitRealAndImagArrays(values as Float32Array);
  const real = { dataId: cpu.write(parts.real, shape, 'float32'), shape, dtype: 'float32' as const };
  const imag = { dataId: cpu.write(parts.imag, shape, 'float32'), shape, dtype: 'float32' as const };
  const complex = tf.getKernel('Complex', 'cpu').kernelFunc({
    inputs: { real, imag },
    attrs: {},
    backend: cpu,
  } as unknown as Parameters<tf.KernelFunc>[0]) as tf.TensorInfo;
  cpu.disposeData(real.dataId);
  cpu.disposeData(imag.dataId);
  return complex.dataId;
}
