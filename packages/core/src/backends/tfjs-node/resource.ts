import { randomUUID } from 'node:crypto';
import type * as tf from '@tensorflow/tfjs';
import { Attributes, type TensorFlowBackend } from './tensorflow.js';

/**
 * A TensorFlow resource that shares its buffer with a tf.Variable, so that TensorFlow's fused updates (ResourceApplyAdam)
 * work on the variable in place: no new tensors, no passes over memory beside the update itself.
 */
export class Resource {
  private readonly handle: number;
  /** The native tensor that the variable had when it was last read from the resource. */
  private seen = -1;

  constructor(
    private readonly backend: TensorFlowBackend,
    private readonly variable: tf.Variable,
  ) {
    const attributes = this.attributes.string('container', '').string('shared_name', randomUUID());
    const { list } = attributes.float32('dtype').shape('shape', variable.shape);
    this.handle = (backend.binding.executeOp('VarHandleOp', list, [], 1)[0] as { id: number }).id;
  }

  /**
   * Runs an update of the resource with its handle; the variable has the new values afterwards. Tensors that share data
   * with the variable (clones) keep the old ones: TensorFlow copies a buffer that somebody else holds before it writes.
   */
  static update(resources: readonly Resource[], run: (handles: readonly number[]) => void): void {
    for (const resource of resources) resource.open();
    run(resources.map(({ handle }) => handle));
    for (const resource of resources) resource.close();
  }

  dispose(): void {
    const { binding } = this.backend;
    binding.executeOp('DestroyResourceOp', this.attributes.boolean('ignore_lookup_error', true).list, [this.handle], 0);
    binding.deleteTensor(this.handle);
  }

  private open(): void {
    const [id] = this.backend.getInputTensorIds([this.variable]) as [number];
    // Somebody assigned to the variable: a checkpoint was read, another optimizer ran.
    if (id !== this.seen) this.run('AssignVariableOp', [this.handle, id], 0);
    if (this.isShared()) return;
    // The buffer is the resource's alone now: the update happens in place.
    this.backend.binding.deleteTensor(id);
    this.entry().id = -1;
  }

  private close(): void {
    const read = this.run('ReadVariableOp', [this.handle], 1)[0] as { id: number; shape: number[]; dtype: number };
    if (this.isShared()) {
      const fresh = this.backend.createOutputTensor(read);
      this.variable.assign(fresh);
      fresh.dispose();
    } else {
      this.entry().id = read.id;
    }
    this.seen = read.id;
  }

  private isShared(): boolean {
    return this.entry().refCount > 1;
  }

  private entry() {
    return this.backend.tensorMap.get(this.variable.dataId);
  }

  private run(name: string, ids: readonly number[], outputs: number) {
    return this.backend.binding.executeOp(name, this.attributes.float32('dtype').list, ids, outputs);
  }

  private get attributes(): Attributes {
    return new Attributes(this.backend.binding);
  }
}
