import { type Numbers, sameShape, sizeOf } from '../node.js';
import { padded, reversed, transposed } from './fold.js';
import { peakBytes } from './memory.js';
import {
  type Declared,
  type ElementType,
  Float,
  type Initializer,
  type OnnxAttributes,
  type Operation,
} from './model.js';
import { type Simplified, simplify } from './simplify.js';

/** A value of the ONNX graph. */
export interface Value {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: ElementType;
}

export interface Table extends Declared {
  readonly data: Numbers;
}

/** What graphs made of numbers that never change, by how they were made. */
export type Prepared = Map<string, Numbers>;

/** An initializer's numbers, and what was done to the prepared ones to get them. */
interface Known {
  readonly data: () => Numbers;
  readonly prepared: Prepared;
  readonly path: string;
}

/**
 * An ONNX graph under construction. Everything recorded is a pure function, so equal operations on equal inputs are
 * one value: convolutions share their im2col matrices, gradients their transposes.
 */
export class Graph {
  readonly operations: Operation[] = [];
  readonly initializers: Initializer[] = [];
  readonly inputs: Declared[] = [];
  /** Large tables are fed with every run: models stay small. */
  readonly tables: Table[] = [];
  private readonly common = new Map<string, readonly Value[]>();
  private readonly reshaped = new Map<string, Value>();
  private readonly numbers = new Map<string, Known>();
  /** Shapes of the values that an operation of this graph computes, as opposed to inputs and constants. */
  private readonly computed = new Map<string, readonly number[]>();
  private count = 0;

  /** `anyBatch`: nothing may depend on how many pictures there are, as index tables do. */
  constructor(readonly anyBatch = false) {}

  input(shape: readonly number[], type: ElementType): Value {
    const value = { name: `v${this.count++}`, shape, type };
    this.inputs.push(value);
    return value;
  }

  /** Shape and type of the result are the caller's word: onnxruntime checks them where it can. */
  operation(
    type: string,
    inputs: readonly Value[],
    shape: readonly number[],
    attributes: OnnxAttributes = {},
    element: ElementType = inputs[0]?.type ?? 'float32',
    domain = '',
  ): Value {
    return this.add(type, inputs, [{ shape, type: element }], attributes, domain)[0]!;
  }

  many(
    type: string,
    inputs: readonly Value[],
    outputs: readonly { shape: readonly number[]; type: ElementType }[],
    attributes: OnnxAttributes = {},
  ): readonly Value[] {
    return this.add(type, inputs, outputs, attributes, '');
  }

  private add(
    type: string,
    inputs: readonly Value[],
    outputs: readonly { shape: readonly number[]; type: ElementType }[],
    attributes: OnnxAttributes,
    domain: string,
  ): readonly Value[] {
    let key = `${type}|${inputs.map((input) => input.name).join()}|${outputs.map((output) => output.type).join()}`;
    for (const [name, value] of Object.entries(attributes)) {
      key += `|${name}=${value instanceof Float ? value.value : value}`;
    }
    const known = this.common.get(key);
    if (known !== undefined) return known;
    const values = outputs.map((output) => ({ name: `v${this.count++}`, ...output }));
    for (const value of values) this.computed.set(value.name, value.shape);
    const names = values.map((value) => value.name);
    this.operations.push({ type, domain, inputs: inputs.map((input) => input.name), outputs: names, attributes });
    this.common.set(key, values);
    return values;
  }

  isComputed(value: Value): boolean {
    return this.computed.has(value.name);
  }

  /** Without what no output needs. */
  simplified(outputs: readonly Value[]): Simplified {
    return simplify(this.operations, this.inputs, this.initializers, outputs, (name) => this.computed.get(name)!);
  }

  /** Bytes that a session of these operations holds on to between runs. */
  residentBytes({ operations, initializers }: Simplified, outputs: readonly Value[]): number {
    const constants = initializers.reduce((sum, { bytes }) => sum + bytes.length, 0);
    return constants + peakBytes(operations, outputs, (name) => this.computed.get(name));
  }

  constant(
    data: Float32Array | Int32Array | Uint8Array | BigInt64Array,
    shape: readonly number[],
    type: ElementType,
  ): Value {
    const key = `constant|${type}|${shape.join()}|${data.join()}`;
    const known = this.common.get(key);
    if (known !== undefined) return known[0]!;
    const value = { name: `v${this.count++}`, shape, type };
    this.initializers.push({ ...value, bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) });
    this.common.set(key, [value]);
    return value;
  }

  /**
   * A constant that is not compared with others: weights are large, and none is there twice. `prepared` outlives the graph
   * and belongs to these numbers.
   */
  initializer(data: Numbers, shape: readonly number[], type: ElementType, prepared: Prepared = new Map()): Value {
    return this.known({ data: () => data, prepared, path: '' }, shape, type);
  }

  private known(numbers: Known, shape: readonly number[], type: ElementType): Value {
    const value = { name: `v${this.count++}`, shape, type };
    this.numbers.set(value.name, numbers);
    this.initializers.push({
      ...value,
      get bytes() {
        const { buffer, byteOffset, byteLength } = numbers.data();
        return new Uint8Array(buffer, byteOffset, byteLength);
      },
    });
    return value;
  }

  isInitializer(value: Value): boolean {
    return this.numbers.has(value.name);
  }

  /** What becomes of an initializer, computed here and once, if it is needed; undefined for other values. */
  folded(value: Value, key: string, shape: readonly number[], make: (numbers: Numbers) => Numbers): Value | undefined {
    const numbers = this.numbers.get(value.name);
    if (numbers === undefined) return undefined;
    const name = `folded|${value.name}|${key}`;
    const known = this.common.get(name);
    if (known !== undefined) return known[0]!;
    let made: Numbers | undefined;
    const data = () => {
      made ??= make(numbers.data());
      return made;
    };
    const result = this.known({ ...numbers, data, path: `${numbers.path}|${key}` }, shape, value.type);
    this.common.set(name, [result]);
    return result;
  }

  /** The same for large results: graphs share them, and onnxruntime does not copy what it is fed. */
  prepared(
    value: Value,
    key: string,
    shape: readonly number[],
    make: (numbers: Numbers) => Numbers,
  ): Value | undefined {
    const numbers = this.numbers.get(value.name);
    if (numbers === undefined) return undefined;
    const path = `${numbers.path}|${key}`;
    return this.table(
      `${value.name}|${key}`,
      shape,
      () => {
        const made = numbers.prepared.get(path) ?? make(numbers.data());
        numbers.prepared.set(path, made);
        return made;
      },
      value.type,
    );
  }

  float(value: number): Value {
    return this.constant(Float32Array.of(value), [], 'float32');
  }

  scalar(value: number, type: ElementType): Value {
    if (type === 'float32') return this.float(value);
    if (type === 'int32') return this.constant(Int32Array.of(value), [], 'int32');
    if (type === 'int64') return this.constant(BigInt64Array.of(BigInt(value)), [], 'int64');
    return this.constant(Uint8Array.of(value === 0 ? 0 : 1), [], 'bool');
  }

  /** A one-dimensional int64 constant: shapes, axes, pads. */
  integers(values: readonly number[]): Value {
    return this.constant(BigInt64Array.from(values, BigInt), [values.length], 'int64');
  }

  table(key: string, shape: readonly number[], make: () => Numbers, type: ElementType = 'int32'): Value {
    if (this.anyBatch) throw new Error(`A table of ${shape} in a graph for any number of pictures`);
    const known = this.common.get(`table|${key}`);
    if (known !== undefined) return known[0]!;
    const value = { name: `v${this.count++}`, shape, type };
    this.inputs.push(value);
    this.tables.push({ ...value, data: make() });
    this.common.set(`table|${key}`, [value]);
    return value;
  }

  /** A value of its own with the same numbers; never shared, an output needs one name per output. */
  copy(value: Value): Value {
    const copy = { name: `v${this.count++}`, shape: value.shape, type: value.type };
    this.computed.set(copy.name, copy.shape);
    this.operations.push({ type: 'Identity', domain: '', inputs: [value.name], outputs: [copy.name], attributes: {} });
    return copy;
  }

  reshape(value: Value, shape: readonly number[]): Value {
    const source = this.reshaped.get(value.name) ?? value;
    if (sameShape(source.shape, shape)) return source;
    const folded = this.folded(source, `${shape}`, shape, (numbers) => numbers);
    if (folded !== undefined) return folded;
    const result = this.operation('Reshape', [source, this.integers(shape)], shape);
    this.reshaped.set(result.name, source);
    return result;
  }

  /**
   * Applies an operation that treats every number alike to what the value was before it was reshaped: reshapes sink
   * towards the outputs, where they cost nothing, and products meet their bias and activation.
   */
  pointwise(value: Value, apply: (base: Value) => Value): Value {
    return this.reshape(apply(this.unshaped(value)), value.shape);
  }

  /** What a value was before it was reshaped: the same numbers in the same order. */
  unshaped(value: Value): Value {
    return this.reshaped.get(value.name) ?? value;
  }

  transpose(value: Value, permutation: readonly number[]): Value {
    if (permutation.every((axis, index) => axis === index)) return value;
    const shape = permutation.map((axis) => value.shape[axis]!);
    const folded = this.folded(value, `transposed ${permutation}`, shape, (numbers) =>
      transposed(numbers, value.shape, permutation),
    );
    if (folded !== undefined) return folded;
    return this.operation('Transpose', [value], shape, { perm: permutation });
  }

  /** Turned round along these axes. */
  reversed(value: Value, axes: readonly number[]): Value {
    const folded = this.folded(value, `reversed ${axes}`, value.shape, (numbers) =>
      reversed(numbers, value.shape, axes),
    );
    if (folded !== undefined) return folded;
    const each = (bound: number) => this.integers(axes.map(() => bound));
    // From the last to the one before the first, which no index of the axis names.
    const past = this.integers(axes.map((axis) => -1 - value.shape[axis]!));
    return this.operation('Slice', [value, each(-1), past, this.integers(axes), each(-1)], value.shape);
  }

  expand(value: Value, shape: readonly number[]): Value {
    if (sameShape(value.shape, shape)) return value;
    if (sizeOf(value.shape) === 1 && sizeOf(shape) === 1) return this.reshape(value, shape);
    return this.operation('Expand', [value, this.integers(shape)], shape);
  }

  cast(value: Value, type: ElementType): Value {
    if (value.type === type) return value;
    const to = { float32: 1, int32: 6, int64: 7, bool: 9 }[type];
    return this.pointwise(value, (base) => this.operation('Cast', [base], base.shape, { to }, type));
  }

  concatenate(values: readonly Value[], axis: number): Value {
    if (values.length === 1) return values[0]!;
    const shape = values[0]!.shape.slice();
    shape[axis] = values.reduce((sum, value) => sum + value.shape[axis]!, 0);
    return this.operation('Concat', values, shape, { axis });
  }

  /** Zeros (or another value) around. */
  pad(value: Value, before: readonly number[], after: readonly number[], filling?: Value): Value {
    if (before.every((extent) => extent === 0) && after.every((extent) => extent === 0)) return value;
    const shape = value.shape.map((extent, axis) => before[axis]! + extent + after[axis]!);
    if (filling === undefined) {
      const folded = this.folded(value, `padded ${before} ${after}`, shape, (numbers) =>
        padded(numbers, value.shape, before, shape),
      );
      if (folded !== undefined) return folded;
    }
    const operands = [value, this.integers([...before, ...after]), ...(filling === undefined ? [] : [filling])];
    return this.operation('Pad', operands, shape, { mode: 'constant' });
  }

  slice(value: Value, begin: readonly number[], size: readonly number[]): Value {
    const axes = begin.map((_, axis) => axis).filter((axis) => begin[axis] !== 0 || size[axis] !== value.shape[axis]);
    if (axes.length === 0) return value;
    const starts = this.integers(axes.map((axis) => begin[axis]!));
    const ends = this.integers(axes.map((axis) => begin[axis]! + size[axis]!));
    return this.operation('Slice', [value, starts, ends, this.integers(axes)], size);
  }
}
