import type * as tf from '@tensorflow/tfjs';

/** What onnxruntime computes with; strings and complex numbers live in leaves for the cpu kernels only. */
export type NativeType = 'float32' | 'int32' | 'bool';
export type Numbers = Float32Array | Int32Array | Uint8Array;
/** Strings are their UTF-8 bytes, complex64 is [re, im, re, im, ...], as tfjs hands them over. */
export type Values = Numbers | Uint8Array[];
export type Attribute = number | string | boolean | readonly number[];
export type Attributes = Readonly<Record<string, Attribute>>;

/**
 * One value of the recorded program. A leaf has `values`; every other node says how to compute them and turns into
 * a leaf when a flush has done so. Shared between all data ids that alias it (Identity, Reshape).
 */
export class Node {
  values: Values | null = null;
  /** The array came from the pool and may return there. */
  pooled = false;
  /** Where the next flush has to write the values (gradients go straight into the optimizer's memory). */
  destination: Numbers | null = null;
  /** Why there are no values and never will be. */
  failure: unknown = null;
  /** How many data ids name this node. */
  handles = 0;
  /** Of values that stay as they are until the node dies: what graphs made of them. They may be compiled in. */
  frozen: Map<string, Numbers> | null = null;
  /** Scratch of the flush: position in the order, valid while `mark` is the flush's number. */
  mark = -1;
  position = -1;

  constructor(
    readonly op: string,
    public inputs: readonly Node[],
    readonly shape: readonly number[],
    readonly dtype: tf.DataType,
    readonly attributes: Attributes,
    /** Equal for nodes that compute the same function of their inputs, see Signatures. */
    public signature: number,
  ) {}

  /** A pending node becomes a leaf in place: everybody who holds it sees the values. */
  settle(values: Numbers, pooled: boolean, signature: number): void {
    this.values = values;
    this.pooled = pooled;
    this.destination = null;
    this.inputs = [];
    this.signature = signature;
  }

  get size(): number {
    return sizeOf(this.shape);
  }
}

export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (const extent of shape) size *= extent;
  return size;
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let axis = 0; axis < a.length; axis++) if (a[axis] !== b[axis]) return false;
  return true;
}

export function isNative(dtype: tf.DataType): dtype is NativeType {
  return dtype === 'float32' || dtype === 'int32' || dtype === 'bool';
}

const NO_ATTRIBUTES: Attributes = {};

/** Small integers for what a node computes, so that a graph's structure is a list of integers. */
export class Signatures {
  private readonly known = new Map<string, number>();
  private next = 0;

  constructor(private readonly limit = 1 << 16) {}

  private of(text: string): number {
    const known = this.known.get(text);
    if (known !== undefined) return known;
    // Forgetting is safe, numbers are never given twice: a forgotten structure is compiled once more.
    if (this.known.size >= this.limit) this.known.clear();
    this.known.set(text, this.next);
    return this.next++;
  }

  node(
    op: string,
    inputs: readonly Node[],
    shape: readonly number[],
    dtype: tf.DataType,
    attributes: Attributes = NO_ATTRIBUTES,
  ): Node {
    let text = `${op}|${dtype}|${shape.join()}`;
    for (const key in attributes) text += `|${key}=${attributes[key]}`;
    return new Node(op, inputs, shape, dtype, attributes, this.of(text));
  }

  leaf(values: Values, shape: readonly number[], dtype: tf.DataType, pooled: boolean): Node {
    const node = new Node('Leaf', [], shape, dtype, NO_ATTRIBUTES, this.of(`Leaf|${dtype}|${shape.join()}`));
    node.values = values;
    node.pooled = pooled;
    return node;
  }

  leafSignature(node: Node): number {
    return this.of(`Leaf|${node.dtype}|${node.shape.join()}`);
  }

  /** From now on the leaf is equal to no other: graphs that it is part of are its own. */
  freeze(node: Node): void {
    node.frozen = new Map();
    node.signature = this.next++;
  }
}
