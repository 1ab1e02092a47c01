import * as tf from '@tensorflow/tfjs';
import type { OnnxBackend } from './backend.js';
import { isNative, type NativeType, type Numbers, sizeOf, type Values } from './node.js';

interface CpuEntry {
  values?: Values;
  dtype: tf.DataType;
  refCount: number;
  complexTensorInfos?: { real: tf.TensorInfo; imag: tf.TensorInfo };
}
/** What is needed of tfjs-backend-cpu's MathBackendCPU. */
interface CpuBackend extends tf.KernelBackend {
  readonly data: tf.DataStorage<CpuEntry>;
  disposeIntermediateTensorInfo(info: tf.TensorInfo): void;
}

/** Runs kernels of the cpu backend for everything that has no lowering: rare operations, strings, complex numbers. */
export class CpuFallback {
  private backend: CpuBackend | undefined;

  run(
    owner: OnnxBackend,
    kernelName: string,
    inputs: tf.NamedTensorInfoMap,
    attrs: tf.NamedAttrMap,
  ): tf.TensorInfo | tf.TensorInfo[] {
    const cpu = this.cpu();
    const lent: tf.TensorInfo[] = [];
    const lend = (tensor: tf.TensorInfo): tf.TensorInfo => {
      const copy = lendTo(cpu, tensor, owner.valuesOf(tensor.dataId));
      lent.push(copy);
      return copy;
    };
    // Inputs are tensors by name, but Concat has an array for all of them and RaggedGather one under a name.
    const lendAll = (input: tf.TensorInfo | tf.TensorInfo[] | undefined) =>
      Array.isArray(input) ? input.map(lend) : input && lend(input);
    const copies = (
      Array.isArray(inputs)
        ? inputs.map(lend)
        : Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, lendAll(input)]))
    ) as tf.NamedTensorInfoMap;
    const kernel = tf.getKernel(kernelName, 'cpu');
    const results = kernel.kernelFunc({ inputs: copies, attrs, backend: cpu });
    const foreign = new Set(lent.map((tensor) => cpu.data.get(tensor.dataId).values));
    const taken = (Array.isArray(results) ? results : [results]).map((result) => {
      const values = cpu.readSync(result.dataId) as Values;
      return { result, values: foreign.has(values) ? (values.slice() as Values) : values };
    });
    for (const { result } of taken) cpu.disposeData(result.dataId, true);
    for (const tensor of lent) cpu.disposeData(tensor.dataId, true);
    const tensors = taken.map(({ result, values }) =>
      owner.tensorOf(owner.adopt(normalise(values, result), result.shape, result.dtype)),
    );
    return Array.isArray(results) ? tensors : tensors[0]!;
  }

  /** An instance of our own: tfjs's would move our tensors into it, and print its greeting. */
  private cpu(): CpuBackend {
    if (this.backend === undefined) {
      this.backend = tf.findBackendFactory('cpu')() as CpuBackend;
      Reflect.set(this.backend, 'firstUse', false);
    }
    return this.backend;
  }
}

function lendTo(cpu: CpuBackend, tensor: tf.TensorInfo, values: Values): tf.TensorInfo {
  const dataId = {};
  if (tensor.dtype === 'complex64') {
    const { real, imag } = tf.backend_util.splitRealAndImagArrays(values as Float32Array);
    const part = (numbers: Float32Array) => lendTo(cpu, { dataId: {}, shape: tensor.shape, dtype: 'float32' }, numbers);
    cpu.data.set(dataId, {
      dtype: 'complex64',
      refCount: 1,
      complexTensorInfos: { real: part(real), imag: part(imag) },
    });
  } else {
    cpu.data.set(dataId, { values, dtype: tensor.dtype, refCount: 1 });
  }
  // Some kernels are written for tensors and ask for the rank.
  return { dataId, shape: tensor.shape, dtype: tensor.dtype, rank: tensor.shape.length } as tf.TensorInfo;
}

/** Cpu kernels are free in the array they return; here the array decides the type. */
function normalise(values: Values, { dtype, shape }: tf.TensorInfo): Values {
  if (!isNative(dtype)) return values;
  const numbers = values as Numbers;
  const kind = ARRAYS[dtype];
  const exact = numbers instanceof kind && numbers.length === numbers.buffer.byteLength / kind.BYTES_PER_ELEMENT;
  if (exact && numbers.length === sizeOf(shape)) return numbers;
  return kind.from(numbers as ArrayLike<number>);
}

const ARRAYS = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const satisfies Record<
  NativeType,
  unknown
>;
