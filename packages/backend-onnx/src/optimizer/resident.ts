import * as tf from '@tensorflow/tfjs';
import type { OnnxBackend } from '../backend.js';
import type { Node } from '../node.js';

/** A variable whose values live at a fixed place that is changed in place. */
export class Resident {
  constructor(
    private readonly backend: OnnxBackend,
    readonly variable: tf.Variable,
    readonly memory: Float32Array,
  ) {}

  /** A new variable, not trainable, over values that are there already. */
  static create(backend: OnnxBackend, memory: Float32Array, shape: readonly number[]): Resident {
    const variable = tf.tidy(() => tf.variable(tensorOver(backend, memory, shape), false));
    return new Resident(backend, variable, memory);
  }

  /**
   * Makes sure that the memory holds the variable's values and that only the variable reads them: an assignment from
   * outside is copied in, a clone somebody keeps gets a copy of its own.
   */
  settle(): void {
    const { backend, variable, memory } = this;
    const { dataId } = variable;
    const values = backend.valuesOf(dataId);
    const shared = backend.refCount(dataId) > 1;
    if (values === memory) {
      if (!shared) return;
      backend.rebind(dataId, backend.adopt(memory.slice(), variable.shape, 'float32'));
    } else {
      memory.set(values as Float32Array);
      if (!shared) {
        backend.rebind(dataId, leafOver(backend, memory, variable.shape));
        return;
      }
    }
    tf.tidy(() => variable.assign(tensorOver(backend, memory, variable.shape)));
  }

  /** Multiplies a scalar; returns the new value. */
  multiply(factor: number): number {
    this.settle();
    this.memory[0] = this.memory[0]! * factor;
    return this.memory[0]!;
  }
}

function leafOver(backend: OnnxBackend, memory: Float32Array, shape: readonly number[]): Node {
  const node = backend.adopt(memory, shape, 'float32');
  node.pooled = false;
  return node;
}

function tensorOver(backend: OnnxBackend, memory: Float32Array, shape: readonly number[]): tf.Tensor {
  return tf.engine().makeTensorFromTensorInfo(backend.tensorOf(leafOver(backend, memory, shape)), backend);
}
