import { ProtobufWriter } from './protobuf.js';

// Field numbers: onnx.proto3 of ONNX 1.15, https://github.com/onnx/onnx/blob/v1.15.0/onnx/onnx.proto3

export const ELEMENT = { float32: 1, int32: 6, int64: 7, bool: 9 } as const;
export type ElementType = keyof typeof ELEMENT;

/** A number that has to be written as a float although it may be whole. */
export class Float {
  constructor(readonly value: number) {}
}
export type OnnxAttribute = number | string | Float | readonly number[];
export type OnnxAttributes = Readonly<Record<string, OnnxAttribute>>;

export interface Operation {
  readonly type: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: OnnxAttributes;
}
export interface Declared {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
}
export interface Initializer extends Declared {
  readonly bytes: Uint8Array;
}
/** An extent that is no number is a name: equal names are equal extents. */
interface Port {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly (number | string)[];
}
export interface Model {
  readonly operations: readonly Operation[];
  readonly initializers: readonly Initializer[];
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** What the file says of itself. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Opset 17 is the newest that says nothing new to us; IR 8 goes with it. Both are read since onnxruntime 1.13. */
const OPSET = 17;
const IR_VERSION = 8;

/** The bytes of a ModelProto. */
export function encodeModel(model: Model): ProtobufWriter {
  const graph = new ProtobufWriter();
  for (const operation of model.operations) graph.message(1, encodeOperation(operation));
  graph.text(2, 'fsae');
  for (const initializer of model.initializers) graph.message(5, encodeInitializer(initializer));
  for (const input of model.inputs) graph.message(11, encodeDeclared(input));
  for (const output of model.outputs) graph.message(12, encodeDeclared(output));
  const proto = new ProtobufWriter();
  proto.integer(1, IR_VERSION);
  proto.text(2, 'fsae');
  proto.message(7, graph);
  proto.message(8, encodeOpset('', OPSET));
  if (model.operations.some(({ domain }) => domain !== '')) proto.message(8, encodeOpset('com.microsoft', 1));
  for (const [key, value] of Object.entries(model.metadata ?? {})) proto.message(14, encodeEntry(key, value));
  return proto;
}

function encodeEntry(key: string, value: string): ProtobufWriter {
  const entry = new ProtobufWriter();
  entry.text(1, key);
  entry.text(2, value);
  return entry;
}

function encodeOpset(domain: string, version: number): ProtobufWriter {
  const opset = new ProtobufWriter();
  opset.text(1, domain);
  opset.integer(2, version);
  return opset;
}

function encodeOperation(operation: Operation): ProtobufWriter {
  const node = new ProtobufWriter();
  for (const input of operation.inputs) node.text(1, input);
  for (const output of operation.outputs) node.text(2, output);
  node.text(3, operation.outputs[0] ?? '');
  node.text(4, operation.type);
  for (const [name, value] of Object.entries(operation.attributes)) node.message(5, encodeAttribute(name, value));
  if (operation.domain !== '') node.text(7, operation.domain);
  return node;
}

function encodeAttribute(name: string, value: OnnxAttribute): ProtobufWriter {
  const attribute = new ProtobufWriter();
  attribute.text(1, name);
  if (value instanceof Float) {
    attribute.float(2, value.value);
    attribute.integer(20, 1);
  } else if (typeof value === 'number') {
    attribute.integer(3, value);
    attribute.integer(20, 2);
  } else if (typeof value === 'string') {
    attribute.text(4, value);
    attribute.integer(20, 3);
  } else {
    for (const element of value) attribute.integer(8, element);
    attribute.integer(20, 7);
  }
  return attribute;
}

function encodeInitializer(initializer: Initializer): ProtobufWriter {
  const tensor = new ProtobufWriter();
  for (const extent of initializer.shape) tensor.integer(1, extent);
  tensor.integer(2, ELEMENT[initializer.type]);
  tensor.text(8, initializer.name);
  tensor.payload(9, initializer.bytes);
  return tensor;
}

function encodeDeclared(value: Port): ProtobufWriter {
  const shape = new ProtobufWriter();
  for (const extent of value.shape) {
    const dimension = new ProtobufWriter();
    if (typeof extent === 'number') dimension.integer(1, extent);
    else dimension.text(2, extent);
    shape.message(1, dimension);
  }
  const tensor = new ProtobufWriter();
  tensor.integer(1, ELEMENT[value.type]);
  tensor.message(2, shape);
  const type = new ProtobufWriter();
  type.message(1, tensor);
  const info = new ProtobufWriter();
  info.text(1, value.name);
  info.message(2, type);
  return info;
}
