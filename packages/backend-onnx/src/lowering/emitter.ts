import type { NativeType, Node } from '../node.js';
import { Graph, type Value } from '../onnx/graph.js';
import type { ElementType } from '../onnx/model.js';

/** Turns one node into ONNX operations; the inputs have been lowered before. */
export type Lowering = (node: Node, emit: Emitter) => Value;
export type LoweringTable = Readonly<Record<string, Lowering>>;

/** A graph being lowered: which ONNX value stands for which node. */
export class Emitter {
  readonly graph = new Graph();
  private readonly values = new Map<Node, Value>();

  set(node: Node, value: Value): void {
    this.values.set(node, value);
  }

  /** The value of a node in the node's own shape. */
  value(node: Node): Value {
    return this.graph.expand(this.operand(node), node.shape);
  }

  /** The same, but a filled tensor stays a scalar: enough wherever the operation broadcasts. */
  operand(node: Node): Value {
    const value = this.values.get(node);
    if (value === undefined) throw new Error(`${node.op} was used before it was lowered`);
    return value;
  }

  /** The input's value. */
  input(node: Node, index: number): Value {
    return this.value(node.inputs[index]!);
  }

  type(node: Node): ElementType {
    return node.dtype as NativeType;
  }
}
