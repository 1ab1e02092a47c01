import type { NativeType, Node } from '../node.js';
import { Graph, type Value } from '../onnx/graph.js';
import type { ElementType } from '../onnx/model.js';
import type { Schedule } from '../schedule.js';

/** Turns one node into ONNX operations; the inputs have been lowered before. */
export type Lowering = (node: Node, emit: Emitter) => Value;
export type LoweringTable = Readonly<Record<string, Lowering>>;

/** A graph being lowered: which ONNX value stands for which node. */
export class Emitter {
  readonly graph: Graph;
  private readonly values = new Map<Node, Value>();
  private readonly uses = new Map<Node, number>();

  constructor({ order, outputs }: Schedule, anyBatch = false) {
    this.graph = new Graph(anyBatch);
    const use = (node: Node) => this.uses.set(node, (this.uses.get(node) ?? 0) + 1);
    for (const node of order) if (node.values === null) for (const input of node.inputs) use(input);
    for (const output of outputs) use(output);
  }

  /** Is the node pending and needed by one other node only? Then that one may compute it as a part of itself. */
  isPrivate(node: Node): boolean {
    return node.values === null && this.uses.get(node) === 1;
  }

  has(node: Node): boolean {
    return this.values.has(node);
  }

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
