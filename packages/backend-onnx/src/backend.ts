import * as tf from '@tensorflow/tfjs';
import { onnxError } from './errors.js';
import { CpuFallback } from './fallback.js';
import { flush } from './flush.js';
import {
  type Attributes,
  isNative,
  type Node,
  type Numbers,
  Signatures,
  sameShape,
  sizeOf,
  type Values,
} from './node.js';
import { Pool } from './pool.js';
import type { Runtime } from './runtime.js';
import { SessionCache } from './session-cache.js';

export interface OnnxBackendOptions {
  /** Threads of an operation. Defaults to the number of cores. */
  readonly threads: number;
}

interface Entry {
  node: Node;
  references: number;
}

/**
 * More pending nodes than this are computed at once: a loop that never reads must not grow a graph for ever, and a graph
 * costs about 0.2 ms per node to compile. A training step records a few hundred.
 */
const FLUSH_NODES = 4096;
/** Dead arrays that pending nodes may still read wait for a flush; this many bytes of them force one. */
const FLUSH_BYTES = 256 * 2 ** 20;

/**
 * A lazy TensorFlow.js backend: kernels record nodes, a read computes every pending value that somebody still holds,
 * as one onnxruntime session. Sessions are kept by the structure of their graph, so a training loop compiles once.
 */
export class OnnxBackend extends tf.KernelBackend {
  readonly sessions: SessionCache;
  readonly signatures = new Signatures();
  readonly pool = new Pool();
  /** Nodes without values that a data id names, in the order they were recorded. */
  readonly pending = new Set<Node>();
  private readonly data: tf.DataStorage<Entry>;
  private readonly fallback = new CpuFallback();
  private readonly reshapes = new WeakMap<Node, Node[]>();
  private dead: Node[] = [];
  private deadBytes = 0;
  private recorded = 0;
  private recordingOnly = false;

  constructor(
    readonly runtime: Runtime,
    options: OnnxBackendOptions,
  ) {
    super();
    this.sessions = new SessionCache(runtime, options.threads);
    this.data = new tf.DataStorage<Entry>(this, tf.engine());
  }

  // ---- what tfjs asks of a backend

  override write(values: tf.backend_util.BackendValues | null, shape: number[], dtype: tf.DataType): object {
    return this.hold(this.leaf(values, shape, dtype));
  }

  override move(
    dataId: object,
    values: tf.backend_util.BackendValues,
    shape: number[],
    dtype: tf.DataType,
    references: number,
  ): void {
    const node = this.leaf(values, shape, dtype);
    node.handles++;
    this.data.set(dataId, { node, references });
  }

  override numDataIds(): number {
    return this.data.numDataIds();
  }

  override refCount(dataId: object): number {
    return this.data.has(dataId) ? this.data.get(dataId).references : 0;
  }

  override incRef(dataId: object): void {
    this.data.get(dataId).references++;
  }

  decRef(dataId: object): void {
    if (this.data.has(dataId)) this.data.get(dataId).references--;
  }

  override disposeData(dataId: object, force = false): boolean {
    if (!this.data.has(dataId)) return true;
    const entry = this.data.get(dataId);
    entry.references--;
    if (!force && entry.references > 0) return false;
    this.data.delete(dataId);
    this.release(entry.node);
    return true;
  }

  override readSync(dataId: object): tf.backend_util.BackendValues {
    // A copy: the array itself goes back to the pool one day and is filled again.
    return this.valuesOf(dataId).slice() as tf.backend_util.BackendValues;
  }

  override async read(dataId: object): Promise<tf.backend_util.BackendValues> {
    return this.readSync(dataId);
  }

  override floatPrecision(): 16 | 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  timerAvailable(): boolean {
    return true;
  }

  override async time(run: () => void): Promise<tf.BackendTimingInfo> {
    this.flush();
    const start = performance.now();
    run();
    this.flush();
    return { kernelMs: performance.now() - start };
  }

  override memory(): { unreliable: boolean; reasons: string[] } {
    return { unreliable: true, reasons: ['Values that are not computed yet take no memory.'] };
  }

  override dispose(): void {
    this.sessions.clear();
    this.pool.clear();
    this.pending.clear();
  }

  // ---- what the kernels use

  /** The node behind a tensor, in the tensor's shape: Reshape and Identity share the data id. */
  nodeOf(tensor: tf.TensorInfo): Node {
    const node = this.data.get(tensor.dataId).node;
    return this.reshape(node, tensor.shape);
  }

  reshape(node: Node, shape: readonly number[]): Node {
    if (sameShape(node.shape, shape)) return node;
    let known = this.reshapes.get(node);
    if (known === undefined) {
      known = [];
      this.reshapes.set(node, known);
    }
    // Only while pending: computed values may be those of a weight before its last update in place.
    const index = known.findIndex((reshaped) => sameShape(reshaped.shape, shape));
    const found = known[index];
    if (found !== undefined && found.inputs.length > 0) return found;
    const reshaped = this.node('Reshape', [node], shape, node.dtype);
    known[index < 0 ? known.length : index] = reshaped;
    return reshaped;
  }

  node(
    op: string,
    inputs: readonly Node[],
    shape: readonly number[],
    dtype: tf.DataType,
    attributes?: Attributes,
  ): Node {
    return this.signatures.node(op, inputs, shape, dtype, attributes);
  }

  /** Records a node and gives it a data id. */
  record(
    op: string,
    inputs: readonly Node[],
    shape: readonly number[],
    dtype: tf.DataType,
    attributes?: Attributes,
  ): tf.TensorInfo {
    return this.tensorOf(this.node(op, inputs, shape, dtype, attributes));
  }

  tensorOf(node: Node): tf.TensorInfo {
    return { dataId: this.hold(node), shape: node.shape as number[], dtype: node.dtype };
  }

  /** The same data under another shape: no work, one more reference. */
  alias(tensor: tf.TensorInfo, shape: number[]): tf.TensorInfo {
    this.incRef(tensor.dataId);
    return { dataId: tensor.dataId, shape, dtype: tensor.dtype };
  }

  /** A leaf over values that nobody else may change from now on. */
  adopt(values: Values, shape: readonly number[], dtype: tf.DataType): Node {
    return this.signatures.leaf(values, shape, dtype, isNative(dtype));
  }

  /** A value that is fed, not compiled in: it may differ from run to run. */
  scalar(value: number, dtype: 'float32' | 'int32' | 'bool'): Node {
    const values =
      dtype === 'float32' ? Float32Array.of(value) : dtype === 'int32' ? Int32Array.of(value) : Uint8Array.of(value);
    return this.adopt(values, [], dtype);
  }

  /** One value everywhere; null for types onnxruntime does not compute with. */
  fill(shape: readonly number[], value: number, dtype: tf.DataType): tf.TensorInfo | null {
    if (!isNative(dtype) || sizeOf(shape) === 0) return null;
    if (value === 0 || value === 1) return this.record('Fill', [], shape, dtype, { value });
    return this.record('Fill', [this.scalar(value, dtype)], shape, dtype);
  }

  /** Runs the kernel of the cpu backend on the computed inputs. */
  runOnCpu(
    kernelName: string,
    inputs: tf.NamedTensorInfoMap,
    attributes: tf.NamedAttrMap,
  ): tf.TensorInfo | tf.TensorInfo[] {
    if (this.recordingOnly)
      throw onnxError('FSAE_ONNX_EXPORT', { reason: `there is no ONNX operation for ${kernelName}` });
    return this.fallback.run(this, kernelName, inputs, attributes);
  }

  valuesOf(dataId: object): Values {
    const { node } = this.data.get(dataId);
    if (node.values === null) this.flush();
    if (node.values === null) throw node.failure;
    return node.values;
  }

  /** Runs what may record but not compute. Before it, everything pending has to be computed. */
  whileRecording<T>(record: () => T): T {
    this.recordingOnly = true;
    try {
      return record();
    } finally {
      this.recordingOnly = false;
    }
  }

  /** Computes everything pending that somebody still holds. */
  flush(): void {
    if (this.recordingOnly) throw onnxError('FSAE_ONNX_EXPORT', { reason: 'it reads values while it computes' });
    if (this.pending.size > 0) {
      const outputs = [...this.pending];
      // Before the run: a graph that fails must not come back with every later flush.
      this.pending.clear();
      flush(this, outputs);
    }
    this.recorded = 0;
    // Nothing pending is left, so nobody can read what died meanwhile.
    for (const node of this.dead) this.recycle(node);
    this.dead = [];
    this.deadBytes = 0;
  }

  /** The values of a tensor will not change until it is disposed: graphs that read it are compiled with them. */
  freeze(tensor: tf.TensorInfo): void {
    if (!isNative(tensor.dtype) || sizeOf(tensor.shape) === 0) return;
    this.valuesOf(tensor.dataId);
    const { node } = this.data.get(tensor.dataId);
    if (node.frozen === null) this.signatures.freeze(node);
  }

  // ---- what the fused optimizer uses

  /** Points a data id at other memory that holds its values from now on. */
  rebind(dataId: object, node: Node): void {
    const entry = this.data.get(dataId);
    node.handles++;
    const previous = entry.node;
    entry.node = node;
    this.release(previous);
  }

  nodeBehind(dataId: object): Node {
    return this.data.get(dataId).node;
  }

  private hold(node: Node): object {
    const dataId = {};
    node.handles++;
    this.data.set(dataId, { node, references: 1 });
    if (node.values === null) {
      this.pending.add(node);
      if (++this.recorded >= FLUSH_NODES) this.flush();
    }
    return dataId;
  }

  private release(node: Node): void {
    if (--node.handles > 0) return;
    if (node.frozen !== null) {
      this.sessions.forget(node.signature);
      // What is pending and reads it is fed it, as any other leaf.
      node.frozen = null;
      node.signature = this.signatures.leafSignature(node);
    }
    if (node.values === null) {
      this.pending.delete(node);
    } else if (node.pooled) {
      if (this.recorded === 0) {
        this.recycle(node);
        return;
      }
      this.dead.push(node);
      this.deadBytes += (node.values as Numbers).byteLength;
      if (this.deadBytes > FLUSH_BYTES) this.flush();
    }
  }

  private recycle(node: Node): void {
    if (node.handles > 0 || node.values === null || !isNative(node.dtype)) return;
    this.pool.give(node.dtype, node.values as Numbers);
    node.values = null;
    node.pooled = false;
  }

  /** Copies: the caller keeps his array and may change it before the flush that reads it. */
  private leaf(values: tf.backend_util.BackendValues | null, shape: readonly number[], dtype: tf.DataType): Node {
    if (!isNative(dtype)) return this.signatures.leaf((values ?? []) as Values, shape, dtype, false);
    const size = sizeOf(shape);
    const copy = this.pool.take(dtype, size);
    if (values === null || values === undefined) copy.fill(0);
    else copy.set(values as ArrayLike<number>);
    return this.signatures.leaf(copy, shape, dtype, true);
  }
}
