import * as tf from '@tensorflow/tfjs';
import type { KernelArguments, WasmCall } from './heap.js';

interface HostBackend {
  write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId;
  readSync(dataId: tf.DataId): tf.backend_util.BackendValues;
  disposeData(dataId: tf.DataId): boolean;
}

type Inputs = undefined | tf.TensorInfo | readonly Inputs[] | { readonly [name: string]: Inputs };

/**
 * A wasm kernel that copies its inputs out of the heap, runs the cpu kernel of the same name and copies the results back:
 * slow and right, so that any program of the cpu backend runs on wasm too.
 */
export function onCpu(kernelName: string): (call: WasmCall) => tf.TensorInfo | tf.TensorInfo[] {
  const { kernelFunc } = tf.getKernel(kernelName, 'cpu');
  return ({ inputs, attrs, backend }) => {
    const cpu = tf.engine().findBackend('cpu') as unknown as HostBackend;
    const copies: tf.DataId[] = [];
    const there = eachTensor(inputs, ({ dataId, shape, dtype }) => {
      const copy = { dataId: writeTo(cpu, backend.readSync(dataId), shape, dtype), shape, dtype };
      copies.push(copy.dataId);
      return copy;
    });
    const outputs = kernelFunc({ inputs: there, attrs, backend: cpu } as unknown as KernelArguments);
    const back = (output: tf.TensorInfo) => {
      const copy = { ...output, dataId: backend.write(cpu.readSync(output.dataId), output.shape, output.dtype) };
      cpu.disposeData(output.dataId);
      return copy;
    };
    const results = Array.isArray(outputs) ? outputs.map(back) : back(outputs);
    for (const dataId of copies) cpu.disposeData(dataId);
    return results;
  };
}

/** Inputs come by name, in a list (Einsum), or as lists by name (RaggedGather); some are left out (a bias). */
function eachTensor(inputs: Inputs, copy: (tensor: tf.TensorInfo) => tf.TensorInfo): Inputs {
  if (inputs === undefined || inputs === null) return inputs;
  if (Array.isArray(inputs)) return inputs.map((one) => eachTensor(one, copy));
  if ('dataId' in inputs) return copy(inputs as tf.TensorInfo);
  return Object.fromEntries(Object.entries(inputs).map(([name, one]) => [name, eachTensor(one, copy)]));
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
  } as unknown as KernelArguments) as tf.TensorInfo;
  cpu.disposeData(real.dataId);
  cpu.disposeData(imag.dataId);
  return complex.dataId;
}
