import * as tf from '@tensorflow/tfjs';

interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: boolean | number | string | readonly number[];
}

interface Metadata {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

/** The native addon of tfjs-node: TensorFlow's eager operations on tensors known by a number. */
interface Binding {
  readonly TF_FLOAT: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
  readonly TF_Version: string;
  executeOp(name: string, attributes: readonly Attribute[], ids: readonly number[], outputs: number): Metadata[];
  deleteTensor(id: number): void;
}

/** The tfjs backend of tfjs-node and tfjs-node-gpu, as far as fsae reaches into it; both register as 'tensorflow'. */
export interface TensorFlowBackend {
  readonly binding: Binding;
  readonly isUsingGpuDevice: boolean;
  /** `id` is the native tensor, -1 while `values` wait to be written. */
  readonly tensorMap: { get(dataId: tf.DataId): { id: number; values: unknown; readonly refCount: number } };
  getInputTensorIds(tensors: readonly tf.TensorInfo[]): number[];
  createOutputTensor(metadata: Metadata): tf.Tensor;
  readSync(dataId: tf.DataId): tf.TypedArray;
}

export function currentTensorFlow(): TensorFlowBackend {
  return tf.backend() as unknown as TensorFlowBackend;
}

/** Attributes of an operation by kind, in TensorFlow's own names. */
export class Attributes {
  readonly list: Attribute[] = [];
  constructor(private readonly binding: Binding) {}

  /** The attribute for the element type: float32 everywhere here. */
  float32(name = 'T'): this {
    return this.add(name, this.binding.TF_ATTR_TYPE, this.binding.TF_FLOAT);
  }
  string(name: string, value: string): this {
    return this.add(name, this.binding.TF_ATTR_STRING, value);
  }
  integer(name: string, value: number): this {
    return this.add(name, this.binding.TF_ATTR_INT, value);
  }
  float(name: string, value: number): this {
    return this.add(name, this.binding.TF_ATTR_FLOAT, value);
  }
  boolean(name: string, value: boolean): this {
    return this.add(name, this.binding.TF_ATTR_BOOL, value);
  }
  shape(name: string, value: readonly number[]): this {
    return this.add(name, this.binding.TF_ATTR_SHAPE, value);
  }

  private add(name: string, type: number, value: Attribute['value']): this {
    this.list.push({ name, type, value });
    return this;
  }
}

/** One operation with one output. The caller disposes it, or returns it from a kernel. */
export function operation(
  backend: TensorFlowBackend,
  name: string,
  inputs: readonly tf.TensorInfo[],
  attributes: (list: Attributes) => Attributes,
): tf.Tensor {
  const { list } = attributes(new Attributes(backend.binding));
  const [output] = backend.binding.executeOp(name, list, backend.getInputTensorIds(inputs), 1);
  return backend.createOutputTensor(output as Metadata);
}
